"""An MQTT-SN client out of scapy's messages: says each there is, checks each answer, and prints the types that it got."""
import socket
import sys

from scapy.contrib.mqttsn import *

GATEWAY = ("127.0.0.1", int(sys.argv[1]))
got = []


class Client:
    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(10)
        self.socket.connect(GATEWAY)

    def send(self, kind, layer=None):
        self.socket.send(bytes(MQTTSN(len=2, type=kind) if layer is None else MQTTSN(type=kind) / layer))

    def receive(self, *kinds):
        """The messages of these types, which may come in any order."""
        messages = [MQTTSN(self.socket.recv(65535)) for _ in kinds]
        assert sorted(m.type for m in messages) == sorted(kinds), [m.show(dump=True) for m in messages]
        got.extend(m.type for m in messages)
        return [next(m for m in messages if m.type == kind) for kind in kinds]

    def ask(self, kind, layer, *answers):
        self.send(kind, layer)
        found = self.receive(*answers)
        return found[0] if len(found) == 1 else found


def check(actual, expected):
    assert actual == expected, f"{actual!r} instead of {expected!r}"


device = Client()
other = Client()

check(device.ask(SEARCHGW, MQTTSNSearchGW(radius=1), GWINFO).gw_id, 7)
device.ask(CONNECT, MQTTSNConnect(will=1, cleansess=1, duration=60, client_id="scapy"), WILLTOPICREQ)
device.ask(WILLTOPIC, MQTTSNWillTopic(qos=QOS_1, retain=1, will_topic="w/t"), WILLMSGREQ)
check(device.ask(WILLMSG, MQTTSNWillMsg(will_msg="gone"), CONNACK).return_code, ACCEPTED)

tid = device.ask(REGISTER, MQTTSNRegister(mid=1, topic_name="a/b"), REGACK).tid
suback = device.ask(SUBSCRIBE, MQTTSNSubscribe(qos=QOS_2, mid=2, topic_name="a/#"), SUBACK)
check((suback.qos, suback.tid, suback.mid, suback.return_code), (QOS_2, 0, 2, ACCEPTED))

publish = device.ask(PUBLISH, MQTTSNPublish(tid=tid, data="zero"), PUBLISH)
check((publish.tid, publish.qos, publish.data), (tid, QOS_0, b"zero"))

long = b"x" * 300
puback, publish = device.ask(PUBLISH, MQTTSNPublish(qos=QOS_1, tid=tid, mid=3, data=long), PUBACK, PUBLISH)
check((puback.tid, puback.mid, puback.return_code), (tid, 3, ACCEPTED))
check((publish.tid, publish.qos, publish.data), (tid, QOS_1, long))
device.send(PUBACK, MQTTSNPuback(tid=tid, mid=publish.mid, return_code=ACCEPTED))

pubrec, publish = device.ask(PUBLISH, MQTTSNPublish(qos=QOS_2, tid=tid, mid=4, data="two"), PUBREC, PUBLISH)
check((pubrec.mid, publish.qos, publish.data), (4, QOS_2, b"two"))
check(device.ask(PUBREL, MQTTSNPubrel(mid=4), PUBCOMP).mid, 4)
check(device.ask(PUBREC, MQTTSNPubrec(mid=publish.mid), PUBREL).mid, publish.mid)
device.send(PUBCOMP, MQTTSNPubcomp(mid=publish.mid))

device.ask(SUBSCRIBE, MQTTSNSubscribe(tid_type=TID_SHORT, mid=5, short_topic="tp"), SUBACK)
device.ask(SUBSCRIBE, MQTTSNSubscribe(tid_type=TID_PREDEF, mid=6, tid=258), SUBACK)
for kind, number in (TID_SHORT, 0x7470), (TID_PREDEF, 258):
    other.send(PUBLISH, MQTTSNPublish(qos=QOS_NEG1, tid_type=kind, tid=number, data="-1"))
    (publish,) = device.receive(PUBLISH)
    check((publish.tid_type, publish.tid, publish.data), (kind, number, b"-1"))

other.ask(CONNECT, MQTTSNConnect(cleansess=1, duration=60, client_id="other"), CONNACK)
theirs = other.ask(REGISTER, MQTTSNRegister(mid=1, topic_name="a/c"), REGACK).tid
other.send(PUBLISH, MQTTSNPublish(tid=theirs, data="new topic"))
(register,) = device.receive(REGISTER)
check(register.topic_name, b"a/c")
regack = MQTTSNRegack(tid=register.tid, mid=register.mid, return_code=ACCEPTED)
check(device.ask(REGACK, regack, PUBLISH).tid, register.tid)

puback = device.ask(PUBLISH, MQTTSNPublish(qos=QOS_1, tid=999, mid=7, data="x"), PUBACK)
check((puback.tid, puback.return_code), (999, REJ_TID))

check(device.ask(WILLTOPICUPD, MQTTSNWillTopicUpd(will_topic="w/u"), WILLTOPICRESP).return_code, ACCEPTED)
check(device.ask(WILLMSGUPD, MQTTSNWillMsgUpd(will_msg="changed"), WILLMSGRESP).return_code, ACCEPTED)
check(device.ask(UNSUBSCRIBE, MQTTSNUnsubscribe(mid=8, topic_name="a/#"), UNSUBACK).mid, 8)
device.ask(PINGREQ, None, PINGRESP)

device.ask(DISCONNECT, MQTTSNDisconnect(duration=60), DISCONNECT)
other.send(PUBLISH, MQTTSNPublish(tid_type=TID_SHORT, tid=0x7470, data="while asleep"))
other.ask(PINGREQ, None, PINGRESP)
publish, _ = device.ask(PINGREQ, MQTTSNPingReq(client_id="scapy"), PUBLISH, PINGRESP)
check(publish.data, b"while asleep")
device.ask(DISCONNECT, None, DISCONNECT)

connect = MQTTSN(type=CONNECT) / MQTTSNConnect(cleansess=1, duration=60, client_id="behind")
envelope = MQTTSNEncaps(radius=2, w_node_id=b"\xca\xfe")
answer = device.ask(ENCAPS_MSG, envelope / connect, ENCAPS_MSG)
check((answer.radius, answer.w_node_id, answer[MQTTSNConnack].return_code), (2, b"\xca\xfe", ACCEPTED))

print(*got)
