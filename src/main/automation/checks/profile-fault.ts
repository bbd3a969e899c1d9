import type { TemplateFault } from '../../../shared/contract/template-fault'
import { templateSentence } from './sentences'

/** What is wrong with a variable in a field of a profile, with the name of the field. */
export function profileFault(fault: TemplateFault): string {
  return `${fault.field}: ${sentenceOf(fault)}`
}

function sentenceOf(fault: TemplateFault): string {
  const { code, name, detail } = fault
  if (code === 'PROPERTY') return `What its variables stand for cannot be used here (${detail}).`
  if (code === 'NO_SECRET')
    return `The secret "${name}" is not stored on this computer for this kind of Treetop.`
  return templateSentence(fault)
}
