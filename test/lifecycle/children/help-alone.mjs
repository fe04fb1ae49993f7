/** Prints the help of the command line where no package can be imported but the one that parses it. */
import { refusePackages } from './refuse-packages.mjs';

await refusePackages('commander');
const { program } = await import('../../../dist/cli/program.js');
console.log(program().helpInformation());
