extends Node
## A thing without a synchronizer.

var kind := ""
