import type { Sentence } from '../../../shared/contract/sentence'
import type { TemplateFault } from '../../../shared/contract/template-fault'
import { fieldFault } from './field-fault'
import { said } from './said'
import { templateSentence } from './sentences'

/** What is wrong with a variable in a field of a profile, with the name of the field. */
export function profileFault(fault: TemplateFault): Sentence {
  return said('failure_at', { place: fault.field, fault: sentenceOf(fault) })
}

function sentenceOf(fault: TemplateFault): Sentence {
  const { code, name, detail } = fault
  if (code === 'PROPERTY') return said('failure_profile_property', { fault: fieldFault(detail) })
  if (code === 'NO_SECRET') return said('failure_profile_secret', { name })
  return templateSentence(fault)
}
