// cql-execution, the engine of HL7's Clinical Quality Language, whose logic is three-valued by itself. The compiled
// form (ELM) is built straight from the rules. Runs in the folder that `gen.py` filled; the packages stand in the
// folder named by the first argument. Prints one line of JSON; it compares nothing.
const fs = require('node:fs');
const path = require('node:path');
const { createRequire } = require('node:module');

const home = path.resolve(process.argv[2], 'package.json');
const cql = createRequire(home)('cql-execution');
const version = JSON.parse(fs.readFileSync(path.join(path.dirname(home), 'node_modules/cql-execution/package.json'))).version;
const rules = JSON.parse(fs.readFileSync('rules.json'));
const intakes = JSON.parse(fs.readFileSync('intakes.json'));

const types = 'urn:hl7-org:elm-types:r1';
const literal = (value) => ({
  type: 'Literal', valueType: `{${types}}${typeof value === 'boolean' ? 'Boolean' : 'Integer'}`, value: String(value),
});
const joined = (type, parts) => parts.reduce((left, right) => ({ type, operand: [left, right] }));
const expression = ([word, ...rest]) => {
  if (word === 'and' || word === 'or') return joined(word === 'and' ? 'And' : 'Or', rest.map(expression));
  const type = { is: 'Equal', lt: 'Less', ge: 'GreaterOrEqual' }[word];
  return { type, operand: [{ type: 'ParameterRef', name: rest[0] }, literal(rest[1])] };
};
const fields = [...Array(60).keys()].map((index) => `f${index}`);
const library = new cql.Library({
  library: {
    identifier: { id: 'S', version: '1' },
    schemaIdentifier: { id: 'urn:hl7-org:elm', version: 'r1' },
    usings: { def: [{ localIdentifier: 'System', uri: types }] },
    parameters: { def: fields.map((name) => ({ name, accessLevel: 'Public', default: { type: 'Null' } })) },
    statements: {
      def: rules.map((rule, index) => ({
        name: `r${index}`, context: 'Unfiltered', accessLevel: 'Public', expression: expression(rule),
      })),
    },
  },
});
const nobody = { currentPatient: () => undefined, nextPatient: () => undefined };

(async () => {
  const spent = [];
  let counts;
  for (let round = 0; round < 3; round++) {
    counts = { true: 0, false: 0, null: 0 };
    const start = process.cpuUsage();
    for (const intake of intakes) {
      const results = (await new cql.Executor(library, null, intake).exec(nobody)).unfilteredResults;
      for (let index = 0; index < rules.length; index++) counts[results[`r${index}`]]++;
    }
    const used = process.cpuUsage(start);
    spent.push((used.user + used.system) / intakes.length);
  }
  spent.sort((left, right) => left - right);
  console.log(JSON.stringify({
    program: 'cql-execution', version, microseconds: spent[1], T: counts.true, F: counts.false, U: counts.null,
  }));
})();
