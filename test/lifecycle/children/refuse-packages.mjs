/** Makes an import of any package but the named ones fail from now on; what packages require is let through. */
import * as modules from 'node:module';

export async function refusePackages(...allowed) {
  const hooks = `export function resolve(name, context, next) {
    const own = /^(\\.|\\/|node:|file:)/.test(name) || ${JSON.stringify(allowed)}.includes(name);
    if (!own && !context.conditions.includes('require')) {
      throw new Error('Expected no package but loaded ' + name);
    }
    return next(name, context);
  }`;
  const hooksUrl = `data:text/javascript,${encodeURIComponent(hooks)}`;
  // Newer versions of Node have hooks in the same thread, and warn of the others.
  if (modules.registerHooks === undefined) {
    modules.register(hooksUrl);
  } else {
    modules.registerHooks(await import(hooksUrl));
  }
}
