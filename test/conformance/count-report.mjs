// node count-report.mjs REPORT.json SKIPPED.json: adds up what the conformance kit reports. A case that differs on purpose,
// by the list with the reasons, passes as long as it does differ. The last line is "N passed, N failed".
import { readFileSync } from 'node:fs';

const [reportFile, skippedFile] = process.argv.slice(2);
const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const reasons = read(skippedFile);
const results = read(reportFile).filter(({ result }) => result !== 'skip');
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
