// Environment variables of a function: read once at start, and missed by name.

/** The value of a variable. Throws when it is unset or empty, which stops the function before it serves anything. */
export function environmentVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`environment variable ${name} is not set; the function cannot start without it`);
  }
  return value;
}

/** The value of a variable that holds a number, zero or more. Throws as `environmentVariable` does, and for anything else. */
export function environmentNumber(name: string): number {
  const value = Number(environmentVariable(name));
  if (!(value >= 0)) throw new Error(`environment variable ${name} is not a number of zero or more`);
  return value;
}
