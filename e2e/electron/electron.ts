/** The stand-in as Treetop imports it: exports its parts and answers the test that started the process. */
import { listen } from './control'
import { watchFaults } from './faults'
import * as parts from './parts'

listen(parts)
watchFaults()

export * from './parts'
