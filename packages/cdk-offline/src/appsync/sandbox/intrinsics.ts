// Keeps the realm as it is: what one call does to the built-in objects must not reach the next call.

/** Objects that no property leads to; syntax makes them. */
function hiddenIntrinsics(): object[] {
  const iterators = [
    [].values(),
    ""[Symbol.iterator](),
    "".matchAll(/./g),
    new Map().keys(),
    new Set().keys(),
  ];
  const functions = [
    function* () {
      yield 0;
    },
    async function () {
      await Promise.resolve();
    },
    async function* () {
      await Promise.resolve();
      yield 0;
    },
  ];
  return [...iterators, ...functions].map((it) => Object.getPrototypeOf(it) as object);
}

/** Freezes every object that can be reached from the realm's globals or by syntax. */
export function freezeIntrinsics(realm: object): void {
  mendObjectPrototype();
  const pending = [...hiddenIntrinsics(), ...membersOf(realm)];
  const seen = new Set<object>([realm]); // whose members are taken away anyway
  for (let object = pending.pop(); object !== undefined; object = pending.pop()) {
    if (seen.has(object)) continue;
    seen.add(object);
    pending.push(...membersOf(object));
    Object.freeze(object);
  }
}

/** The objects that an object leads to: values, getters, setters and its prototype. */
function membersOf(object: object): object[] {
  const descriptors = Reflect.ownKeys(object).map((key) => Reflect.getOwnPropertyDescriptor(object, key));
  const members = descriptors.flatMap((it) => [it?.value as unknown, it?.get, it?.set]);
  return [...members, Object.getPrototypeOf(object) as unknown].filter(isObject);
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/**
 * Data may have members named like those of the prototype, `constructor` for instance. JavaScript refuses to assign to such
 * a member once the prototype is frozen, unless it is an accessor that defines it. `__proto__` becomes a name as any other.
 */
function mendObjectPrototype(): void {
  const prototype = Object.prototype as object;
  for (const key of Reflect.ownKeys(prototype)) {
    const value: unknown = Reflect.getOwnPropertyDescriptor(prototype, key)?.value;
    if (/^__/.test(String(key))) {
      Reflect.deleteProperty(prototype, key);
      continue;
    }
    Object.defineProperty(prototype, key, {
      get: () => value,
      set(this: unknown, own: unknown) {
        if (!isObject(this) || this === prototype)
          throw new TypeError(`${String(key)} cannot be assigned to`);
        Object.defineProperty(this, key, {
          value: own,
          writable: true,
          enumerable: true,
          configurable: true,
        });
      },
      configurable: true,
    });
  }
}
