/** How a CommonJS module in TypeScript uses the library. */
import ntkit = require('ntkit');
import { Matrix, NtkitError, gram, type RuntimeInfo } from 'ntkit';

async function main(): Promise<RuntimeInfo> {
  const G: Matrix<Float64Array> = await gram(Matrix.from([[3, 4]]));
  if (G.data[0] !== 25) throw new Error(`Expected 25 but received ${G.data[0]}`);
  const error = new ntkit.NtkitError('ERR_INTERNAL', 'one class in both forms');
  if (!(error instanceof NtkitError)) throw new Error('Expected one class but found two');
  return ntkit.runtimeInfo();
}

void main().then((runtime) => {
  console.log(JSON.stringify(runtime));
});
