// Modules that AppSync has and that are not served: importing one does nothing, using a member of it is refused by name.

import { NotServedSignal } from "./signals.ts";

/** What resolver code gets in the place of a module. */
export function unservedModule(name: string): object {
  return new Proxy(
    {},
    { get: (_, member) => unservedMember(`${String(member)} of the module ${name}`), ...SEALED },
  );
}

/** Has no say in what a module holds: code would find its own members there in the next call. */
const SEALED: ProxyHandler<object> = {
  set: () => false,
  defineProperty: () => false,
  deleteProperty: () => false,
  setPrototypeOf: () => false,
};

/** Whatever is done with it but naming it, or asking for its type, is refused. */
function unservedMember(path: string): object {
  const refuse = (): never => {
    throw new NotServedSignal(path);
  };
  return new Proxy(() => undefined, {
    apply: refuse,
    defineProperty: refuse,
    deleteProperty: refuse,
    get: refuse,
    getOwnPropertyDescriptor: refuse,
    getPrototypeOf: refuse,
    has: refuse,
    ownKeys: refuse,
    set: refuse,
    setPrototypeOf: refuse,
  });
}
