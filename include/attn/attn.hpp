// Everything that needs Eigen only: attention and the mathematics around it.
//
//     #include <attn/attn.hpp>
//     auto [output, weights] = attn::attention(q, k, v);
#pragma once

#include <attn/core/activation.hpp>
#include <attn/core/alibi.hpp>
#include <attn/core/attention.hpp>
#include <attn/core/bias.hpp>
#include <attn/core/embedding.hpp>
#include <attn/core/feed_forward.hpp>
#include <attn/core/linear.hpp>
#include <attn/core/mask.hpp>
#include <attn/core/merge_tokens.hpp>
#include <attn/core/multi_head.hpp>
#include <attn/core/norm.hpp>
#include <attn/core/relative_bias.hpp>
#include <attn/core/rope.hpp>
#include <attn/core/rope_frequencies.hpp>
#include <attn/core/scoring.hpp>
#include <attn/core/self_attention.hpp>
#include <attn/core/softmax.hpp>
#include <attn/core/grad/activation.hpp>
#include <attn/core/grad/attention.hpp>
#include <attn/core/grad/feed_forward.hpp>
#include <attn/core/grad/linear.hpp>
#include <attn/core/grad/multi_head.hpp>
#include <attn/core/grad/norm.hpp>
#include <attn/core/grad/scoring.hpp>
#include <attn/core/grad/self_attention.hpp>
#include <attn/core/grad/softmax.hpp>
#include <attn/kernel/class_mass.hpp>
#include <attn/kernel/fast_attention.hpp>
#include <attn/kernel/pooled_map.hpp>
#include <attn/kernel/received_attention.hpp>
#include <attn/kernel/row_blocks.hpp>
#include <attn/kernel/row_statistics.hpp>
#include <attn/kernel/streaming.hpp>
#include <attn/kernel/top_keys.hpp>
#include <attn/kernel/weight_histogram.hpp>
#include <attn/kernel/window.hpp>
#include <attn/version.hpp>
