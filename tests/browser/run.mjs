// Tests of the pages in a browser:  node run.mjs FOLDER [NAME …]
// FOLDER has the pages of attn_make_pages; NAMEs choose files of tests: whole_page, head_view, model_view, neuron_view, map_view.
// ATTN_PLAYWRIGHT is a folder with playwright-core in node_modules, ATTN_CHROMIUM the browser's program.
import {readdirSync} from 'node:fs';
import path from 'node:path';
import {closePage, launch, openPage} from './support.mjs';

const [folder, ...names] = process.argv.slice(2);
const here = import.meta.dirname;
const files = readdirSync(here).filter(file => file.endsWith('.mjs') && !['run.mjs', 'support.mjs'].includes(file))
                               .filter(file => names.length === 0 || names.includes(path.basename(file, '.mjs')));
const browser = await launch();
let passed = 0, failed = 0;

for (const file of files) {
  const {tests} = await import(path.join(here, file));
  for (const [name, run] of Object.entries(tests)) {
    const pages = [];
    const open = async (page, hash, options) => {
      pages.push(await openPage(browser, folder, page, hash, options));
      return pages.at(-1);
    };
    try {
      await run(open, folder);
      for (const page of pages.splice(0)) await closePage(page);
      ++passed;
    } catch (error) {
      ++failed;
      console.log(`FAILED ${file}: ${name}\n${error.stack}\n`);
      for (const page of pages) {
        if (page.faults.length > 0) console.log(page.faults.join('\n'));
        await page.context().close().catch(() => {});
      }
    }
  }
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
