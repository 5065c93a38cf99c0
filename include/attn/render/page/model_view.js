import {element} from './elements.js';

export const modelView = {
  id: 'model',
  title: 'Model',
  reason: () => '',
  open({host}) {
    host.append(element('p', {}, 'Model'));
    return {update() {}, close() {}, picture: () => null, selection: () => ({layer: 0, heads: [], query: null})};
  },
};
