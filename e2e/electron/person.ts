/** What the person sees and does outside of the page; tests look at it and answer. */
export const person = {
  opened: [] as string[],
  inFolder: [] as string[],
  relaunches: 0,
  shown: [] as { kind: string; options: object }[],
  answers: new Map<string, unknown[]>()
}

/** The answer to a dialog that the whole process waits for: it must be known before. */
export function answerAtOnce(kind: string, options: object): unknown {
  person.shown.push({ kind, options })
  const next = person.answers.get(kind)?.shift()
  if (next === undefined) throw new Error('Nobody said what to answer to a question that waits')
  return next
}

/** The next answer to a kind of dialog; a person who was not told what to do waits. */
export async function answer(kind: string, options: object): Promise<unknown> {
  person.shown.push({ kind, options })
  for (;;) {
    const next = person.answers.get(kind)?.shift()
    if (next !== undefined) return next
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
