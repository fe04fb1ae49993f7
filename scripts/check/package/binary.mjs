/** What the shipped addon needs of a machine and shows to its process, read from objdump. */

/** The files of glibc itself. */
const SYSTEM_LIBRARIES = /^(?:lib(?:c|m|dl|rt|pthread)\.so\.\d+|ld-linux-[\w-]+\.so\.\d+)$/;
const ENTRY_POINTS = ['napi_register_module_v1', 'node_api_module_get_api_version_v1'];

/** The shared libraries of `objdump -p`. */
export function neededLibraries(headers) {
  return [...headers.matchAll(/^\s*NEEDED\s+(\S+)$/gm)].map(([, name]) => name);
}

/** The newest glibc of `objdump -T` that an import asks for, such as `2.35`. */
export function glibcFloor(symbols) {
  const versions = [...symbols.matchAll(/\(?GLIBC_(\d+)\.(\d+)/g)].map(([, major, minor]) => [
    Number(major),
    Number(minor),
  ]);
  const [major, minor] = versions.sort(([a, b], [c, d]) => c - a || d - b)[0] ?? [0, 0];
  return `${major}.${minor}`;
}

/** The symbols of `objdump -T` that the addon defines. */
export function exportedSymbols(symbols) {
  return symbols
    .split('\n')
    .filter((line) => /^[\da-f]{8,} /.test(line) && !line.includes('*UND*'))
    .map((line) => line.trim().split(/\s+/).at(-1));
}

/**
 * Everything in which a Linux addon breaks its promises, one sentence each.
 *
 * @param limits `glibc`: the newest version that may be needed.
 */
export function faultsOf({ headers, symbols }, { glibc }) {
  const faults = [];
  const foreign = neededLibraries(headers).filter((name) => !SYSTEM_LIBRARIES.test(name));
  if (foreign.length > 0) faults.push(`Expected libraries of glibc alone but found ${foreign}`);
  const floor = glibcFloor(symbols);
  if (isNewer(floor, glibc)) faults.push(`Expected at most glibc ${glibc} but found ${floor}`);
  const exported = exportedSymbols(symbols).sort();
  if (exported.join() !== ENTRY_POINTS.join()) {
    const others = exported.filter((name) => !ENTRY_POINTS.includes(name)).slice(0, 5);
    faults.push(
      `Expected exports ${ENTRY_POINTS} but found ${exported.length}: ${others.join(', ')}`,
    );
  }
  return faults;
}

function isNewer(version, than) {
  const [a, b] = version.split('.').map(Number);
  const [c, d] = than.split('.').map(Number);
  return a > c || (a === c && b > d);
}
