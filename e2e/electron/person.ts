/** The simulated user's view and actions outside of the page; tests inspect it and set the answers. */
export const person = {
  opened: [] as string[],
  inFolder: [] as string[],
  relaunches: 0,
  shown: [] as { kind: string; options: object }[],
  answers: new Map<string, unknown[]>()
}

/** The answer to a synchronous dialog, which must be set in advance because the dialog blocks the process. */
export function answerAtOnce(kind: string, options: object): unknown {
  person.shown.push({ kind, options })
  const next = person.answers.get(kind)?.shift()
  if (next === undefined) throw new Error('Nobody said what to answer to a question that waits')
  return next
}

/** The next answer to a kind of dialog; waits until the test sets one. */
export async function answer(kind: string, options: object): Promise<unknown> {
  person.shown.push({ kind, options })
  for (;;) {
    const next = person.answers.get(kind)?.shift()
    if (next !== undefined) return next
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
