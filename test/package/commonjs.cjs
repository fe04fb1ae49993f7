const ntkit = require('ntkit');

async function main() {
  const { solve } = await import('./tiny-problem.mjs');
  const runtime = await solve(ntkit);
  const { NtkitError } = await import('ntkit');
  if (NtkitError !== ntkit.NtkitError) throw new Error('Expected one library but found two');
  console.log(JSON.stringify(runtime));
}

main();
