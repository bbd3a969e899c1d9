"""The publisher of a paho-mqtt tutorial, as it stands there: it connects, publishes and exits at once."""
import sys

import paho.mqtt.client as mqtt

client = mqtt.Client()
client.connect('127.0.0.1', int(sys.argv[1]), 600)
client.publish(sys.argv[2], payload=sys.argv[3], qos=0)
