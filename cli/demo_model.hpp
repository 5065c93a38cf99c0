// The model that attn brings along: a small BERT that fills in masked words, examples/models/tiny-bert-copy.
#pragma once

#include "models.hpp"

#include <attn/text/tokenizer.hpp>

attn::Model<float> demo_model();
attn::Tokenizer demo_tokenizer();
