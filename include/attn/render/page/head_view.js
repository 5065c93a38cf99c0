import {element} from './elements.js';

export const headView = {
  id: 'head',
  title: 'Heads',
  reason: () => '',
  open({host}) {
    host.append(element('p', {}, 'Heads'));
    return {update() {}, close() {}, picture: () => null, selection: () => ({layer: 0, heads: [], query: null})};
  },
};
