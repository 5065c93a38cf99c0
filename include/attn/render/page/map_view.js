import {element} from './elements.js';

export const mapView = {
  id: 'map',
  title: 'Map',
  reason: () => '',
  open({host}) {
    host.append(element('p', {}, 'Map'));
    return {update() {}, close() {}, picture: () => null, selection: () => ({layer: 0, heads: [], query: null})};
  },
};
