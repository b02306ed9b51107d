/* Two client threads at once, each with a guest of its own that counts and says how far it is. */
#ifndef CLIENT_TWO_CLIENTS_H
#define CLIENT_TWO_CLIENTS_H

#include <pthread.h>
#include <stdint.h>

#include "check.h"

enum { CLIENTS = 2, EXITS = 2000 };

static const uint8_t count[] = {
    0x66, 0xFF, 0x06, 0x00, 0x30, /* inc dword [3000h] */
    0x66, 0xA1, 0x00, 0x30,       /* mov eax, [3000h]  */
    0x66, 0xE7, 0x10,             /* out 10h, eax      */
    0xEB, 0xF2,                   /* jmp to the start  */
};

static pthread_barrier_t begin; /* where each client waits until both are ready */

/* Runs the clients, each with the number from which its guest counts, until both are done. */
static inline void run_two_clients(void *(*serve)(void *first))
{
    uint32_t starts[CLIENTS] = { 0x10000, 0x20000 };
    pthread_t clients[CLIENTS];
    REQUIRE_EQ(0, pthread_barrier_init(&begin, NULL, CLIENTS));
    for (int i = 0; i < CLIENTS; i++)
        REQUIRE_EQ(0, pthread_create(&clients[i], NULL, serve, &starts[i]));
    for (int i = 0; i < CLIENTS; i++)
        REQUIRE_EQ(0, pthread_join(clients[i], NULL));
    pthread_barrier_destroy(&begin);
}

#endif
