// json-logic-js, the reference implementation of JSON-logic. Runs in the folder that `gen.py` filled; the packages
// stand in the folder named by the first argument. Prints one line of JSON; it compares nothing.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const home = path.resolve(process.argv[2], 'package.json');
const jsonLogic = createRequire(home)('json-logic-js');
const version = JSON.parse(fs.readFileSync(path.join(path.dirname(home), 'node_modules/json-logic-js/package.json'))).version;
const rules = JSON.parse(fs.readFileSync('jsonlogic.json'));
const intakes = JSON.parse(fs.readFileSync('intakes.json'));

const spent = [];
let counts;
for (let round = 0; round < 7; round++) {
  counts = { 0: 0, 0.5: 0, 1: 0 };
  const start = process.cpuUsage();
  for (const intake of intakes) for (const rule of rules) counts[jsonLogic.apply(rule, intake)]++;
  const used = process.cpuUsage(start);
  spent.push((used.user + used.system) / intakes.length);
}
spent.sort((left, right) => left - right);
console.log(JSON.stringify({
  program: 'json-logic-js', version, microseconds: spent[3], T: counts[1], F: counts[0], U: counts[0.5],
}));
