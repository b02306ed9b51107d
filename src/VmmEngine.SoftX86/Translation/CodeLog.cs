using VmmEngine.Locks;

namespace VmmEngine.SoftX86;

/// <summary>A vCPU's side of <see cref="CodeMap"/>'s log.</summary>
internal static unsafe class CodeLog
{
    private const int SpinsBeforeYield = 64;

    /// <summary>Does what the log asks of the vCPU. Between blocks, by its thread.</summary>
    public static void Follow(Cpu* cpu)
    {
        ref TranslatorState state = ref cpu->Translator;
        ulong end = state.Map->LogEnd;
        for (ulong number = state.LogPosition; number < end; number++)
        {
            if (!state.Map->TryRead(number, out ulong page, out CodeNotice notice))
            {
                ForgetEverything(cpu);
                end = state.Map->LogEnd;
                break;
            }

            if (notice == CodeNotice.Written)
            {
                CodePages.Forget(cpu, page);
            }
            else
            {
                Mmu.DropWriteTag(cpu, page);
                Interlocked.And(ref state.Map->Find(page)->Writers, ~state.Bit);
            }
        }

        // Pairs with the read in Await: all of the above is done when the position is seen.
        Volatile.Write(ref state.LogPosition, end);
    }

    /// <summary>Waits until some vCPUs have followed the log so far. One that is not in the guest does so when it enters.</summary>
    /// <remarks>
    /// Two vCPUs may wait for each other, so the waiting one follows the log itself. A vCPU in the guest comes to a block's end within
    /// microseconds, unless the host has taken its thread off the processor.
    /// </remarks>
    public static void Await(Cpu* cpu, ulong receivers, ulong end)
    {
        CodeMap* map = cpu->Translator.Map;
        for (uint id = 0; id < map->Limit; id++)
        {
            Cpu* other = map->Cpus[id];
            if (other == null || (other->Translator.Bit & receivers) == 0)
            {
                continue;
            }

            // A vCPU becomes Running by an exchange and reads the log behind it; the append was followed by a fence. So either it is seen
            // to run here, or it will see the entry.
            for (int spins = 0; Volatile.Read(ref other->Translator.LogPosition) < end && IsRunning(other); spins++)
            {
                Follow(cpu);
                if (spins < SpinsBeforeYield)
                {
                    Thread.SpinWait(1);
                }
                else
                {
                    Thread.Yield();
                }
            }
        }
    }

    /// <summary>Drops all decoded code and all translations of addresses. Between blocks.</summary>
    public static void ForgetEverything(Cpu* cpu)
    {
        cpu->Translator.Cache->Flush();
        Mmu.FlushAll(cpu);
    }

    private static bool IsRunning(Cpu* cpu) => Volatile.Read(ref cpu->Translator.Shared->State) == (uint)VcpuState.Running;
}
