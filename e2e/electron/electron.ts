/** The stand-in as Treetop imports it: its parts, and a process that answers the test that started it. */
import { listen } from './control'
import { watchFaults } from './faults'
import * as parts from './parts'

listen(parts)
watchFaults()

export * from './parts'
