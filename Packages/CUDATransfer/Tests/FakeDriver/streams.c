// Streams, each a thread that works late and in order, events, and copies.
#define _GNU_SOURCE
#include "fake.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

Stream *streams;
static Event *events;
static int copy_count;

static void rest(double microseconds) {
  if (microseconds < 1) return;
  struct timespec time = { (time_t)(microseconds / 1e6), (long)((uint64_t)(microseconds * 1e3) % 1000000000) };
  while (nanosleep(&time, &time)) {}
}

Stream *stream_of(void *handle, const char *call) {
  for (Stream *s = streams; s; s = s->next)
    if (s == handle) {
      if (s->destroyed) { violation("%s on a destroyed stream", call); return NULL; }
      if (current && s->context != current) { violation("%s on another context's stream", call); return NULL; }
      return s;
    }
  violation("%s on what is no stream", call);
  return NULL;
}

Event *event_of(void *handle, const char *call) {
  for (Event *e = events; e; e = e->next)
    if (e == handle) {
      if (!e->destroyed) return e;
      violation("%s with a destroyed event", call);
      return NULL;
    }
  violation("%s with what is no event", call);
  return NULL;
}

void append(Stream *stream, Job job) {
  Job *copy = malloc(sizeof *copy);
  *copy = job;
  copy->next = NULL;
  *stream->last = copy;
  stream->last = &copy->next;
  pthread_cond_broadcast(&changed);
}

static void copy(Stream *stream, Job *job) {
  Block *to = job->block, *from = job->source;
  bool fails = copy_count++ == failing_copy;
  double time = copy_microseconds + (bytes_per_second > 0 ? job->size / bytes_per_second * 1e6 : 0);
  if (to->readers) violation("a copy into memory that work still reads");
  pthread_mutex_unlock(&lock);
  rest(time);
  pthread_mutex_lock(&lock);
  if (to->readers) violation("a copy into memory that work still reads");
  if (fails) stream->context->broken = LAUNCH_FAILED;
  if (to->freed || from->freed || !to->ready) {
    violation("a copy ran %s", from->freed ? "from freed memory" : to->freed ? "into freed memory" : "before the allocation of its target");
  } else if (!stream->context->broken) {
    memcpy(to->bytes + job->offset, from->bytes + job->source_offset, job->size);
    if (digest(from->bytes + job->source_offset, job->size) != job->digest)
      violation("staging memory was written before the end of its copy");
  }
  to->pending--;
  from->pending--;
}

static void check(Job *job) {
  Block *block = job->block;
  if (block->freed || !block->ready) violation("work on memory that is not there");
  else {
    block->readers++;
    uint64_t before = digest(block->bytes + job->offset, job->size);
    pthread_mutex_unlock(&lock);
    rest(job->microseconds);
    pthread_mutex_lock(&lock);
    block->readers--;
    if (block->freed) violation("memory was freed while work read it");
    else if ((*job->result = digest(block->bytes + job->offset, job->size)) != before)
      violation("memory changed while work read it");
  }
  block->pending--;
}

static void *run(void *argument) {
  Stream *stream = argument;
  pthread_mutex_lock(&lock);
  while (true) {
    while (!stream->first && !stream->destroyed) pthread_cond_wait(&changed, &lock);
    Job *job = stream->first;
    if (!job) break;
    if (!(stream->first = job->next)) stream->last = &stream->first;
    stream->busy = true;
    switch (job->kind) {
      case COPY: copy(stream, job); break;
      case RECORD: if (job->event->happened < job->number) job->event->happened = job->number; break;
      case WAIT: while (job->event->happened < job->number) pthread_cond_wait(&changed, &lock); break;
      case ALLOCATE: job->block->ready = true; break;
      case FREE:
        if (job->block->freed) violation("memory freed twice");
        else {
          if (job->block->pending) violation("cuMemFreeAsync: %d copies or readers come after it", job->block->pending);
          retire(job->block);
        }
        break;
      case CHECK: check(job); break;
    }
    free(job);
    stream->busy = false;
    pthread_cond_broadcast(&changed);
  }
  pthread_mutex_unlock(&lock);
  return NULL;
}

int live_objects(Context *context) {
  int count = 0;
  for (Stream *s = streams; s; s = s->next) if (s->context == context) {
    // Also of a stream whose end was refused: what was put on it, frees among it, is over before its context is.
    while (s->first || s->busy) pthread_cond_wait(&changed, &lock);
    count += !s->destroyed;
  }
  for (Event *e = events; e; e = e->next) count += e->context == context && !e->destroyed;
  return count;
}

void count_ordered(int *stream_count, int *event_count) {
  *stream_count = *event_count = 0;
  for (Stream *s = streams; s; s = s->next) *stream_count += !s->destroyed;
  for (Event *e = events; e; e = e->next) *event_count += !e->destroyed;
}

CUresult cuStreamCreate(void **handle, unsigned flags) {
  ENTER("cuStreamCreate", true);
  if (flags & ~1u) LEAVE(INVALID_VALUE);
  if (current->broken) LEAVE(current->broken);
  Stream *stream = calloc(1, sizeof *stream);
  stream->context = current;
  stream->last = &stream->first;
  stream->next = streams;
  streams = stream;
  pthread_create(&stream->thread, NULL, run, stream);
  pthread_detach(stream->thread);
  *handle = stream;
  LEAVE(OK);
}
CUresult cuStreamDestroy_v2(void *handle) {
  ENTER("cuStreamDestroy", true);
  Stream *stream = stream_of(handle, "cuStreamDestroy");
  if (!stream) LEAVE(INVALID_HANDLE);
  stream->destroyed = true;
  pthread_cond_broadcast(&changed);
  LEAVE(current->broken);
}
CUresult cuStreamSynchronize(void *handle) {
  ENTER("cuStreamSynchronize", true);
  Stream *stream = stream_of(handle, "cuStreamSynchronize");
  if (!stream) LEAVE(INVALID_HANDLE);
  while (stream->first || stream->busy) pthread_cond_wait(&changed, &lock);
  LEAVE(current->broken);
}
CUresult cuStreamWaitEvent(void *handle, void *event, unsigned flags) {
  ENTER("cuStreamWaitEvent", true);
  Stream *stream = stream_of(handle, "cuStreamWaitEvent");
  Event *e = event_of(event, "cuStreamWaitEvent");
  if (!stream || !e) LEAVE(INVALID_HANDLE);
  if (flags) LEAVE(INVALID_VALUE);
  append(stream, (Job){ .kind = WAIT, .event = e, .number = e->recorded });
  LEAVE(current->broken);
}

CUresult cuEventCreate(void **handle, unsigned flags) {
  ENTER("cuEventCreate", true);
  if (flags & ~7u) LEAVE(INVALID_VALUE);
  if (current->broken) LEAVE(current->broken);
  Event *event = calloc(1, sizeof *event);
  event->context = current;
  event->next = events;
  events = event;
  *handle = event;
  LEAVE(OK);
}
CUresult cuEventRecord(void *handle, void *stream) {
  ENTER("cuEventRecord", true);
  Event *event = event_of(handle, "cuEventRecord");
  Stream *s = stream_of(stream, "cuEventRecord");
  if (!event || !s) LEAVE(INVALID_HANDLE);
  if (event->context != s->context) { violation("an event recorded on another context's stream"); LEAVE(INVALID_HANDLE); }
  append(s, (Job){ .kind = RECORD, .event = event, .number = ++event->recorded });
  LEAVE(current->broken);
}
CUresult cuEventQuery(void *handle) {
  ENTER("cuEventQuery", true);
  Event *event = event_of(handle, "cuEventQuery");
  if (!event) LEAVE(INVALID_HANDLE);
  if (event->context->broken) LEAVE(event->context->broken);
  LEAVE(event->happened < event->recorded ? NOT_READY : OK);
}
CUresult cuEventSynchronize(void *handle) {
  ENTER("cuEventSynchronize", true);
  Event *event = event_of(handle, "cuEventSynchronize");
  if (!event) LEAVE(INVALID_HANDLE);
  uint64_t number = event->recorded;
  while (event->happened < number) pthread_cond_wait(&changed, &lock);
  LEAVE(event->context->broken);
}
CUresult cuEventDestroy_v2(void *handle) {
  ENTER("cuEventDestroy", true);
  Event *event = event_of(handle, "cuEventDestroy");
  if (!event) LEAVE(INVALID_HANDLE);
  event->destroyed = true;
  LEAVE(current->broken);
}

CUresult cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t size, void *handle) {
  ENTER("cuMemcpyHtoDAsync", true);
  Stream *stream = stream_of(handle, "cuMemcpyHtoDAsync");
  Block *target = find(to, size, true, "cuMemcpyHtoDAsync");
  Block *source = find((uint64_t)from, size, false, "cuMemcpyHtoDAsync");
  if (!stream || !target || !source) LEAVE(INVALID_VALUE);
  if (target->context != current) violation("a copy into another context's memory");
  if (current->broken) LEAVE(current->broken);
  target->pending++;
  source->pending++;
  append(stream, (Job){ .kind = COPY, .block = target, .source = source, .offset = to - target->address,
    .source_offset = (uint64_t)from - source->address, .size = size, .digest = digest(from, size) });
  LEAVE(OK);
}
CUresult cuMemcpyDtoH_v2(void *to, uint64_t from, size_t size) {
  ENTER("cuMemcpyDtoH", true);
  Block *source = find(from, size, true, "cuMemcpyDtoH");
  if (!source) LEAVE(INVALID_VALUE);
  if (current->broken) LEAVE(current->broken);
  if (!source->ready) violation("cuMemcpyDtoH before the allocation of its source");
  memcpy(to, source->bytes + (from - source->address), size);
  LEAVE(OK);
}
