// The weights of one query as a table: a line for each key, a column for each head.
import {csv} from './numbers.js';

/** {name, text}: the CSV of a query's row, of these heads (places) of a layer (a place, or several). */
export async function selectedRow(part, layer, heads, query) {
  const kinds = part.cells ? ['mean', 'max'] : ['weights'];
  const columns = [];
  for (const of of [layer].flat())
    for (const head of heads)
      for (const kind of kinds) {
        const map = await part.matrix(kind, of, head);
        const name = `layer ${part.layers[of]}${part.heads[head] === '' ? '' : ` head ${part.heads[head]}`}`;
        columns.push({name: part.cells ? `${name} ${kind}` : name, row: map.row(query)});
      }
  const first = key => part.cells ? Math.floor(key * part.cells.keys / part.cols) : key;
  const lines = Array.from({length: part.cols}, (_, key) => [first(key), ...(part.cells ? [] : [part.keys.labels[key] ?? '']), ...columns.map(({row}) => row[key])]);
  return {name: `query-${query}`, text: csv([[part.cells ? 'first key' : 'key', ...(part.cells ? [] : ['label']), ...columns.map(({name}) => name)], ...lines])};
}
