/** Loads the addon: a binary built here, else the one shipped for this platform. */
import { createRequire } from 'node:module';
import { NtkitError } from '../errors.js';
import type { NativeBinding } from './binding.js';
import { PACKAGE_ROOT, loadFailure } from './diagnosis.js';

let loaded: NativeBinding | undefined;

/**
 * The addon, loaded at the first call, so that importing the package never fails.
 *
 * @throws NtkitError `ERR_NATIVE_LOAD` with the machine, the places tried and what to do.
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
    throw new NtkitError('ERR_NATIVE_LOAD', loadFailure(reason), { cause });
  }
  // The libraries' own clean-up at exit must not meet threads that still compute.
  process.once('exit', () => {
    binding.stopOperations();
  });
  return binding;
}
