using System.Runtime.CompilerServices;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>An access cut at the page boundary, each part looked up: what cannot be done in one go in host memory.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct AccessParts
{
    private const int Most = 2;

    /// <summary>How many parts there are: 1 or 2.</summary>
    public int Count;

    private PartFile _parts;

    [InlineArray(Most)]
    private struct PartFile
    {
        private Part _first;
    }

    /// <summary>The bytes of an access that lie in one page.</summary>
    internal struct Part
    {
        /// <summary>Linear address.</summary>
        public ulong Linear;

        /// <summary>Guest-physical address.</summary>
        public ulong Physical;

        /// <summary>The memory; null for a device.</summary>
        public byte* Host;

        /// <summary>Bytes.</summary>
        public uint Length;
    }

    /// <summary>One of the parts, in the order of addresses.</summary>
    [UnscopedRef]
    public ref Part this[int index] => ref _parts[index];

    /// <summary>Whether any part is not memory.</summary>
    public readonly bool HasDevice => _parts[0].Host == null || (Count > 1 && _parts[1].Host == null);

    /// <summary>Looks all pages up before any byte moves, so that a fault on the second page leaves the first one as it was.</summary>
    /// <param name="parts">Receives the parts.</param>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="linear">First byte.</param>
    /// <param name="length">Bytes, 1 to 4096.</param>
    /// <param name="access">What for.</param>
    /// <param name="stack">An address that is not canonical is #SS, not #GP.</param>
    /// <returns><see cref="Step.Next"/>; a recorded fault; a recorded exit.</returns>
    public static Step Resolve(AccessParts* parts, Cpu* cpu, ulong linear, uint length, Access access, bool stack)
    {
        Privilege privilege = Mmu.CacheOf(cpu, access)->Privilege;
        parts->Count = 0;
        while (true)
        {
            uint room = Tlb.PageSize - ((uint)linear & (Tlb.PageSize - 1));
            uint here = Math.Min(room, length);
            PageTarget target = default;
            switch (PageTarget.Resolve(&target, cpu, privilege, linear, access))
            {
                case PageOutcome.NotCanonical:
                    return Faults.Raise(cpu, stack ? Vectors.StackFault : Vectors.GeneralProtection, 0);
                case PageOutcome.PageFault:
                    return Faults.PageFault(cpu, linear, target.Error);
                case PageOutcome.Forbidden:
                    return MemoryExits.Forbidden(cpu, target.Physical, linear, here, access);
                default:
                    parts->_parts[parts->Count++] = new Part { Linear = linear, Physical = target.Physical, Host = target.Host, Length = here };
                    break;
            }

            length -= here;
            if (length == 0)
            {
                return Step.Next;
            }

            linear += here;
            if (cpu->Mode != CpuMode.Long64 && (access & Access.System) == 0)
            {
                linear = (uint)linear;
            }
        }
    }

    /// <summary>Gathers the bytes.</summary>
    /// <returns><see cref="Step.Next"/>, or an exit that asks a device.</returns>
    public static Step Read(AccessParts* parts, Cpu* cpu, MicroOp* op, byte* destination)
    {
        for (int i = 0; i < parts->Count; i++)
        {
            ref Part part = ref parts->_parts[i];
            if (part.Host != null)
            {
                Unsafe.CopyBlockUnaligned(destination, part.Host, part.Length);
            }
            else
            {
                for (uint done = 0; done < part.Length;)
                {
                    MmioAccess piece = MmioAccess.Of(part, done, write: false);
                    if (!Mmio.TryReplay(cpu, ref piece))
                    {
                        return Mmio.Request(cpu, op, piece);
                    }

                    piece.CopyTo(destination + done);
                    done += piece.Size;
                }
            }

            destination += part.Length;
        }

        return Step.Next;
    }

    /// <summary>Whether the devices have taken their parts already, in exits before.</summary>
    /// <param name="parts">The access.</param>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="source">All its bytes.</param>
    /// <param name="pending">If not: what a device is to be told next.</param>
    public static bool TryReplayWrites(AccessParts* parts, Cpu* cpu, byte* source, MmioAccess* pending)
    {
        for (int i = 0; i < parts->Count; i++)
        {
            ref Part part = ref parts->_parts[i];
            for (uint done = 0; part.Host == null && done < part.Length; done += pending->Size)
            {
                *pending = MmioAccess.Of(part, done, write: true);
                pending->CopyFrom(source + done);
                if (!Mmio.TryReplay(cpu, ref *pending))
                {
                    return false;
                }
            }

            source += part.Length;
        }

        return true;
    }

    /// <summary>Writes the bytes that go to memory, after the devices have had theirs.</summary>
    public static void WriteMemory(AccessParts* parts, Cpu* cpu, byte* source)
    {
        for (int i = 0; i < parts->Count; i++)
        {
            ref Part part = ref parts->_parts[i];
            if (part.Host != null)
            {
                Announce(cpu, part);
                Unsafe.CopyBlockUnaligned(part.Host, source, part.Length);
            }

            source += part.Length;
        }
    }

    /// <summary>Tells the translator of a write that is about to happen without a write tag.</summary>
    public static void Announce(Cpu* cpu, in Part part)
    {
        if (CodePages.HasCode(cpu, part.Physical))
        {
            CodePages.OnWrite(cpu, part.Physical, (int)part.Length);
        }
    }
}
