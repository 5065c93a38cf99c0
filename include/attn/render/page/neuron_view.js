import {element} from './elements.js';

export const neuronView = {
  id: 'neuron',
  title: 'Neurons',
  reason: () => '',
  open({host}) {
    host.append(element('p', {}, 'Neurons'));
    return {update() {}, close() {}, picture: () => null, selection: () => ({layer: 0, heads: [], query: null})};
  },
};
