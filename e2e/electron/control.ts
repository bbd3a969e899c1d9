import { app } from './app'
import { heard } from './contents'
import { chooseInMenu, current } from './menu'
import { person } from './person'
import { answerTests } from './stage'
import { opened } from './window'

/** What a test asks of the person and of the shell: each is answered over the same line. */
const asked: Record<string, (argument: never) => unknown> = {
  state: () => ({
    menu: current.menu,
    shown: person.shown,
    opened: person.opened,
    windows: opened.map(({ options, window: { visible, minimized, maximized, bounds, focused } }) => ({
      options,
      visible,
      maximized,
      bounds,
      minimized,
      focused
    }))
  }),
  answer: ({ kind, value }: { kind: string; value: unknown }) =>
    person.answers.set(kind, [...(person.answers.get(kind) ?? []), value]),
  menu: (labels: string[]) => chooseInMenu(labels),
  moveTo: (bounds: { x: number; y: number; width: number; height: number }) =>
    opened.forEach(({ window }) => {
      window.bounds = bounds
      window.emit('move')
    }),
  maximize: () => opened.forEach(({ window }) => window.maximize()),
  minimize: () => opened.forEach(({ window }) => (window.minimized = true)),
  heard: () => heard.count,
  quit: () => app.quit()
}

/** Answers the test that started this process. */
export function listen(): void {
  answerTests(
    (what, argument) => JSON.parse(JSON.stringify(asked[what]!(argument as never) ?? null)) as unknown
  )
}
