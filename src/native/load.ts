/** Loads the addon: a binary built here, else the one shipped for this platform. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { NtkitError } from '../errors.js';
import type { NativeBinding } from './binding.js';

/** The package's root, two folders above this file in src and in dist alike. */
const PACKAGE_ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

let loaded: NativeBinding | undefined;

/**
 * The addon, loaded at the first call, so that importing the package never fails.
 *
 * @throws NtkitError `ERR_NATIVE_LOAD` with the platform and what to do.
 */
export function native(): NativeBinding {
  loaded ??= load();
  return loaded;
}

/** Where the addon was loaded from. */
export function nativePath(): string {
  return resolver().resolve(PACKAGE_ROOT);
}

type Resolver = ((folder: string) => unknown) & { resolve(folder: string): string };

function resolver(): Resolver {
  return createRequire(import.meta.url)('node-gyp-build') as Resolver;
}

function load(): NativeBinding {
  let binding: NativeBinding;
  try {
    binding = resolver()(PACKAGE_ROOT) as NativeBinding;
  } catch (cause) {
    const reason = (cause as Error).message.split('\n')[0] ?? '';
    throw new NtkitError(
      'ERR_NATIVE_LOAD',
      `Expected a native addon for ${process.platform}-${process.arch}, Node ${process.versions.node}, ` +
        `in ${PACKAGE_ROOT} but received: ${reason}; build it with "npx node-gyp rebuild" there`,
      { cause },
    );
  }
  // The libraries' own clean-up at exit must not meet threads that still compute.
  process.once('exit', () => {
    binding.stopOperations();
  });
  return binding;
}
