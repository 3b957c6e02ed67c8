// node count-report.mjs SKIPPED.json REPORT.json…: adds up what the conformance kit reports; what a later report tells of an
// area replaces what an earlier one told. A case that differs on purpose, by the list with the reasons, passes as long as it does
// differ. The last line is "N passed, N failed".
import { readFileSync } from 'node:fs';

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const [reasons, ...reports] = process.argv.slice(2).map(read);
const results = reports
  .reduce((told, report) => {
    const areas = new Set(report.map(({ file }) => file));
    return [...told.filter(({ file }) => !areas.has(file)), ...report];
  }, [])
  .filter(({ result }) => result !== 'skip');
const wrong = results.filter(({ file, case: name, result }) => {
  const differs = `${file}/${name}` in reasons;
  return (result === 'pass') === differs;
});
for (const { file, case: name, result, problems } of wrong)
  console.log(
    result === 'pass'
      ? `${file}/${name} does not differ any more`
      : `${file}/${name}: ${problems.join('; ')}`,
  );
console.log(`${results.length - wrong.length} passed, ${wrong.length} failed`);
process.exit(results.length > 0 && wrong.length === 0 ? 0 : 1);
