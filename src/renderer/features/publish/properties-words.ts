import { filled, type PublishProperties } from '../../../shared/composed-properties'
import { count } from '../../state/format'
import { m } from '../../paraglide/messages'

/** What is set, in a few words each. */
function setProperties(properties: PublishProperties): string[] {
  const { payloadFormat, contentType, messageExpiry, responseTopic, correlation, topicAlias } = properties
  const userProperties = filled(properties.userProperties)
  return [
    payloadFormat === 'text' && m.properties_format_text(),
    payloadFormat === 'bytes' && m.properties_format_bytes(),
    contentType,
    messageExpiry !== null && m.properties_expires({ seconds: count(messageExpiry) }),
    responseTopic !== '' && m.properties_responds({ topic: responseTopic }),
    correlation.text !== '' && m.inspect_correlation(),
    topicAlias !== null && m.properties_alias({ alias: topicAlias }),
    userProperties.length > 0 && m.properties_user({ count: userProperties.length })
  ].filter((words): words is string => typeof words === 'string' && words !== '')
}

/** What is set, in one line; empty: nothing. */
export function propertiesLine(properties: PublishProperties): string {
  return setProperties(properties).join(' · ')
}
