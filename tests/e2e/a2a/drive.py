"""Drives a Maru server with the gRPC client of the A2A SDK: card, send, stream, reply, get, list, subscribe, cancel.

usage: drive.py ADDRESS CREDENTIAL_OF_A_READER CREDENTIAL_OF_A_WRITER [--article TEXT] [--incomplete TEXT --missing TEXT]
                [--ticket TEXT] [--parked TEXT]

The reader's request (--article) is answered at once; --incomplete lacks what --missing adds; the writer's --ticket
waits for an approval that somebody gives meanwhile; --parked waits for one that nobody gives, and is canceled.
An empty text leaves its part out. Ends with 1 at the first thing that is not as A2A 1.0 says.
"""

import argparse
import asyncio
import sys
import uuid

import grpc
from a2a.client import ClientCallContext, ClientConfig, ClientFactory
from a2a.client.errors import A2AClientError
from a2a.types import a2a_pb2 as a2a
from a2a.utils.errors import (
    PushNotificationNotSupportedError,
    TaskNotCancelableError,
    TaskNotFoundError,
    UnsupportedOperationError,
)

STATE = a2a.TaskState
RESTS = {STATE.TASK_STATE_INPUT_REQUIRED, STATE.TASK_STATE_AUTH_REQUIRED}


def check(condition, what):
    print(("ok      " if condition else "FAILED  ") + what, flush=True)
    if not condition:
        sys.exit(1)


async def expect(error, what, awaitable):
    try:
        await awaitable
    except error:
        return check(True, what)
    except Exception as other:  # noqa: BLE001  the wrong error is the finding
        return check(False, f"{what}: got {type(other).__name__}: {other}")
    return check(False, f"{what}: no error")


def request(text, task_id="", immediate=False):
    message = a2a.Message(message_id=str(uuid.uuid4()), role=a2a.Role.ROLE_USER, task_id=task_id, parts=[a2a.Part(text=text)])
    return a2a.SendMessageRequest(message=message, configuration=a2a.SendMessageConfiguration(return_immediately=immediate))


class Person:
    """One caller: the SDK's client, streaming and not, with a credential."""

    def __init__(self, address, credential):
        card = a2a.AgentCard(name="maru", version="1", description="under test")
        card.supported_interfaces.add(url=address, protocol_binding="GRPC", protocol_version="1.0")
        card.capabilities.streaming = True
        card.capabilities.extended_agent_card = True
        self.context = ClientCallContext(
            timeout=60, service_parameters={"authorization": f"Bearer {credential}", "accept-language": "en"})
        self.streaming = self.client(card, True)
        self.blocking = self.client(card, False)

    @staticmethod
    def client(card, streaming):
        return ClientFactory(ClientConfig(
            streaming=streaming, supported_protocol_bindings=["GRPC"],
            grpc_channel_factory=grpc.aio.insecure_channel)).create(card)

    async def send(self, message):
        """The one task that a call without streaming gives."""
        async for response in self.blocking.send_message(message, context=self.context):
            return response.task
        return None

    async def updates(self, stream):
        return [update async for update in stream]

    async def get(self, task_id):
        return await self.blocking.get_task(a2a.GetTaskRequest(id=task_id), context=self.context)


def states(updates):
    return [u.status_update.status.state for u in updates if u.HasField("status_update")]


def artifacts(updates):
    return [u.artifact_update.artifact.artifact_id for u in updates if u.HasField("artifact_update")]


async def drive_card(person):
    card = await person.streaming.get_extended_agent_card(a2a.GetExtendedAgentCardRequest(), context=person.context)
    check(card.supported_interfaces[0].protocol_binding == "GRPC", "card: names the gRPC interface")
    check(card.capabilities.streaming and not card.capabilities.push_notifications, "card: streaming yes, push no")
    check(len(card.skills) > 0 and "bearer" in card.security_schemes, "card: has skills and a security scheme")


async def drive_send(person, other, text):
    task = await person.send(request(text))
    check(task.status.state == STATE.TASK_STATE_COMPLETED, "send: blocks until the task is completed")
    names = [artifact.artifact_id for artifact in task.artifacts]
    check({"plan", "decision", "step-s1", "answer"} <= set(names), "send: plan, decision, step and answer are artifacts")
    check((await person.get(task.id)).id == task.id, "get: gives the task")
    await expect(TaskNotFoundError, "get: another person's task does not exist", other.get(task.id))
    await expect(TaskNotFoundError, "get: neither does one that never was", person.get("none"))
    await expect(UnsupportedOperationError, "send: a task that has ended takes no message", person.send(request("more", task.id)))
    await expect(TaskNotCancelableError, "cancel: nor can it be canceled",
                 person.blocking.cancel_task(a2a.CancelTaskRequest(id=task.id), context=person.context))
    return task


async def drive_stream(person, text):
    updates = await person.updates(person.streaming.send_message(request(text), context=person.context))
    check(updates[0].HasField("task"), "stream: begins with the task")
    check(states(updates)[-1] == STATE.TASK_STATE_COMPLETED, "stream: ends with the completed state")
    check(artifacts(updates)[-1] == "answer", "stream: the answer is the last artifact")


async def drive_list(person, known):
    seen, token = [], ""
    while True:
        page = await person.blocking.list_tasks(a2a.ListTasksRequest(page_size=1, page_token=token), context=person.context)
        seen += [task.id for task in page.tasks]
        token = page.next_page_token
        if not token:
            break
    check(known in seen and len(seen) == len(set(seen)) == page.total_size, "list: every task once, over pages of one")


async def drive_reply(person, incomplete, missing):
    asked = await person.send(request(incomplete))
    check(asked.status.state == STATE.TASK_STATE_INPUT_REQUIRED, "reply: the task asks for what is missing")
    done = await person.send(request(missing, asked.id))
    check(done.id == asked.id and done.status.state == STATE.TASK_STATE_COMPLETED, "reply: completes the same task")


async def drive_approval(person, text):
    for _ in range(5):  # on a busy machine the run may rest before its answer is made
        started = await person.send(request(text, immediate=True))
        if started.status.state not in RESTS:
            break
    check(started.status.state not in RESTS, "send: returns at once when asked to")
    stream = person.streaming.subscribe(a2a.SubscribeToTaskRequest(id=started.id), context=person.context)
    updates = await person.updates(stream)
    check(updates[0].task.id == started.id, "subscribe: begins with the task")
    check(STATE.TASK_STATE_AUTH_REQUIRED in [updates[0].task.status.state] + states(updates), "subscribe: tells that approval is required")
    check(states(updates)[-1] == STATE.TASK_STATE_COMPLETED, "subscribe: goes on after the approval until the end")
    await expect(UnsupportedOperationError, "subscribe: not to a task that has ended",
                 person.updates(person.streaming.subscribe(a2a.SubscribeToTaskRequest(id=started.id), context=person.context)))


async def drive_cancel(person, text):
    waiting = await person.send(request(text))
    check(waiting.status.state == STATE.TASK_STATE_AUTH_REQUIRED, "cancel: the task waits for an approval")
    for turn in ("ends the task", "may be repeated"):
        task = await person.blocking.cancel_task(a2a.CancelTaskRequest(id=waiting.id), context=person.context)
        check(task.status.state == STATE.TASK_STATE_CANCELED, f"cancel: {turn}")


async def drive_refusals(person, address):
    config = a2a.TaskPushNotificationConfig(task_id="x", url="http://127.0.0.1/")
    await expect(PushNotificationNotSupportedError, "push: is not supported, and says so",
                 person.blocking.create_task_push_notification_config(config, context=person.context))
    await expect(A2AClientError, "credential: a wrong one is refused", Person(address, "wrong").get("x"))


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("reader")
    parser.add_argument("writer")
    for name in ("article", "incomplete", "missing", "ticket", "parked"):
        parser.add_argument(f"--{name}", default="")
    arguments = parser.parse_args()
    reader = Person(arguments.address, arguments.reader)
    writer = Person(arguments.address, arguments.writer)
    await drive_card(reader)
    if arguments.article:
        task = await drive_send(reader, writer, arguments.article)
        await drive_stream(reader, arguments.article)
        await drive_list(reader, task.id)
    if arguments.incomplete:
        await drive_reply(reader, arguments.incomplete, arguments.missing)
    if arguments.ticket:
        await drive_approval(writer, arguments.ticket)
    if arguments.parked:
        await drive_cancel(writer, arguments.parked)
    await drive_refusals(reader, arguments.address)
    print("all as A2A 1.0 says")


if __name__ == "__main__":
    asyncio.run(main())
