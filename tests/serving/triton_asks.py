"""What a client of the Open Inference Protocol from PyPI does with a service: run in an environment of its own, it prints what it got."""

import json
import sys

import numpy as np
import tritonclient.http as triton

client = triton.InferenceServerClient(sys.argv[1])
metadata = client.get_model_metadata("demo")
rows = np.load(sys.argv[2])
scores = {}
for binary in (True, False):
    asked = triton.InferInput("rows", list(rows.shape), "FP32")
    asked.set_data_from_numpy(rows, binary_data=binary)
    answer = client.infer("demo", [asked], outputs=[triton.InferRequestedOutput("score", binary_data=binary)], request_id="q1")
    scores[str(binary)] = answer.as_numpy("score").tolist()
try:
    client.infer("nobody", [asked])
except triton.InferenceServerException as refused:
    said = str(refused)
facts = {
    "live": client.is_server_live(),
    "ready": client.is_server_ready(),
    "model_ready": client.is_model_ready("demo"),
    "version": metadata["versions"],
    "scores": scores,
    "id": answer.get_response()["id"],
    "refused": said,
}
print(json.dumps(facts))
