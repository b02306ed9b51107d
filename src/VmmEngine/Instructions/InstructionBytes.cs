using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Memory;
using VmmEngine.Paging;

namespace VmmEngine.Instructions;

/// <summary>The bytes at a vCPU's RIP, as many as an instruction can have, copied out of guest memory once.</summary>
internal unsafe struct InstructionBytes
{
    private Buffer _buffer;
    private int _length;

    /// <summary>The bytes that could be fetched, in the order of their addresses.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Span => ((ReadOnlySpan<byte>)_buffer)[.._length];

    /// <summary>Fetches up to 15 bytes; fewer where the guest's tables or its memory end.</summary>
    public static InstructionBytes Fetch(MemoryMap map, in CpuRegisters registers, vm_guest_paging paging)
    {
        bool isLong = paging.cpu_mode == vm_cpu_mode.CPU_MODE_64BIT;
        ulong linear = isLong ? registers.Rip : (uint)(registers.Cs.Base + registers.Rip);
        PageWalk walk = new(map, paging, vm_memory.VM_PROT_EXECUTE, MarksEntries: false);
        InstructionBytes bytes = default;
        while (bytes._length < vie.VIE_INST_SIZE)
        {
            ulong address = linear + (uint)bytes._length;
            int part = (int)Math.Min((ulong)(vie.VIE_INST_SIZE - bytes._length), HostMemory.PageSize - (address % HostMemory.PageSize));
            WalkResult result = walk.Translate(address);
            if (result.Outcome != WalkOutcome.Translated
                || !map.TryTranslate(new Gpa(result.Address), (ulong)part, MemoryProtection.Read, out Hva host))
            {
                break;
            }

            new ReadOnlySpan<byte>(host.Bytes, part).CopyTo(((Span<byte>)bytes._buffer)[bytes._length..]);
            bytes._length += part;
        }

        return bytes;
    }

    [InlineArray(vie.VIE_INST_SIZE)]
    private struct Buffer
    {
        private byte _first;
    }
}
