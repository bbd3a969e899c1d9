import { person } from './person'
import { strict } from './strict'

export const shell = strict('Shell', {
  openExternal: (url: string) => Promise.resolve(void person.opened.push(url)),
  showItemInFolder: (path: string) => void person.inFolder.push(path)
})
