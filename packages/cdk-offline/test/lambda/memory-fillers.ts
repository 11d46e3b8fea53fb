// Ways in which a function uses up its memory, by name: code that never ends by itself.

export const MEMORY_FILLERS: readonly (readonly [name: string, code: string])[] = [
  ["small objects", "const all = []; for (;;) all.push(new Array(1000).fill(Math.random()))"],
  ["one piece larger than all there is", "const all = []; for (;;) all.push(new Array(2 ** 24).fill(0.5))"],
  ["an array that doubles", "let all = [1]; for (;;) all = all.concat(all)"],
  [
    "texts",
    "const all = []; for (let i = 0; ; i++) all.push(String(i).padEnd(10_000_000, 'x').slice(1).toUpperCase())",
  ],
  ["Buffers", "const all = []; for (;;) all.push(Buffer.alloc(2 ** 24, 1))"],
];
