filedesc://lamps.arc 0.0.0.0 20140301120000 text/plain 66
1 0 maker
URL IP-address Archive-date Content-type Archive-length

http://bazaar.example/item/0 192.0.2.1 20140301120000 text/html 449
HTTP/1.1 200 OK
Content-Type: text/html; charset=utf-8

<html><title>Lamp 0</title><ul><li>brass lamp 0.0: 0</li><li>brass lamp 0.1: 3743</li><li>brass lamp 0.2: 7486</li><li>brass lamp 0.3: 1222</li><li>brass lamp 0.4: 4965</li><li>brass lamp 0.5: 8708</li><li>brass lamp 0.6: 2444</li><li>brass lamp 0.7: 6187</li><li>brass lamp 0.8: 9930</li><li>brass lamp 0.9: 3666</li><li>brass lamp 0.10: 7409</li><li>brass lamp 0.11: 1145</li></ul></html>
<!-- what a proxy wrote into the stream -->
<!-- what a proxy wrote into the stream -->
<!-- what a proxy wrote into the stream -->
<!-- what a proxy wrote into the stream -->
http://bazaar.example/item/1 192.0.2.1 20140301120000 text/html 449
HTTP/1.1 200 OK
Content-Type: text/html; charset=utf-8

<html><title>Lamp 1</title><ul><li>brass lamp 1.0: 0</li><li>brass lamp 1.1: 1655</li><li>brass lamp 1.2: 3310</li><li>brass lamp 1.3: 4965</li><li>brass lamp 1.4: 6620</li><li>brass lamp 1.5: 8275</li><li>brass lamp 1.6: 9930</li><li>brass lamp 1.7: 1578</li><li>brass lamp 1.8: 3233</li><li>brass lamp 1.9: 4888</li><li>brass lamp 1.10: 6543</li><li>brass lamp 1.11: 8198</li></ul></html>
