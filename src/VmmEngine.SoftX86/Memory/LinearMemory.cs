using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>
/// The guest's linear memory for helpers: system instructions, string instructions, delivery of exceptions. Segments are not looked at:
/// <see cref="Segmentation"/> makes linear addresses.
/// </summary>
/// <remarks>
/// False means that nothing has moved, and that an exception is recorded, or an exit: the helper returns <see cref="Step.Fault"/>, and
/// <see cref="Mmu.TakeRefusal"/> tells the loop which it is. After an exit for a device the whole instruction is executed again, so a helper changes
/// no state before its last access; a string instruction may, one element at a time.
/// </remarks>
internal static unsafe class LinearMemory
{
    private const int Longest = 4096;

    /// <summary>Reads a value.</summary>
    /// <typeparam name="T">1 to 16 bytes without references.</typeparam>
    public static bool TryRead<T>(Cpu* cpu, ulong linear, out T value, Access access)
        where T : unmanaged
    {
        TlbEntry* entry = TranslationCache.Find(Mmu.CacheOf(cpu, access), linear);
        if (linear - entry->ReadTag <= Tlb.PageSize - (uint)sizeof(T))
        {
            value = Unsafe.ReadUnaligned<T>((void*)(linear + entry->Addend));
            return true;
        }

        value = default;
        fixed (T* destination = &value)
        {
            return TryReadSlowly(cpu, linear, (byte*)destination, (uint)sizeof(T), access);
        }
    }

    /// <summary>Writes a value.</summary>
    /// <typeparam name="T">1 to 16 bytes without references.</typeparam>
    public static bool TryWrite<T>(Cpu* cpu, ulong linear, T value, Access access)
        where T : unmanaged
    {
        TlbEntry* entry = TranslationCache.Find(Mmu.CacheOf(cpu, access), linear);
        if (linear - entry->WriteTag <= Tlb.PageSize - (uint)sizeof(T))
        {
            Unsafe.WriteUnaligned((void*)(linear + entry->Addend), value);
            return true;
        }

        return TryWriteSlowly(cpu, linear, (byte*)&value, (uint)sizeof(T), access | Access.Write);
    }

    /// <summary>Reads bytes, 1 to 4096.</summary>
    public static bool TryReadBytes(Cpu* cpu, ulong linear, byte* destination, int length, Access access)
    {
        AccessParts parts;
        if (!Accept(cpu, linear, length) || !Accept(cpu, AccessParts.Resolve(&parts, cpu, linear, (uint)length, access, stack: false)))
        {
            return false;
        }

        Breakpoints.Watch(cpu, linear, (uint)length, access);
        return Accept(cpu, AccessParts.Read(&parts, cpu, cpu->Current, destination));
    }

    /// <summary>Writes bytes, 1 to 4096: all of them or none.</summary>
    public static bool TryWriteBytes(Cpu* cpu, ulong linear, byte* source, int length, Access access)
    {
        AccessParts parts;
        if (!Accept(cpu, linear, length)
            || !Accept(cpu, AccessParts.Resolve(&parts, cpu, linear, (uint)length, access | Access.Write, stack: false)))
        {
            return false;
        }

        Breakpoints.Watch(cpu, linear, (uint)length, access | Access.Write);
        MmioAccess pending;
        if (parts.HasDevice && !AccessParts.TryReplayWrites(&parts, cpu, source, &pending))
        {
            return Accept(cpu, Mmio.Request(cpu, cpu->Current, pending));
        }

        AccessParts.WriteMemory(&parts, cpu, source);
        return true;
    }

    /// <summary>Makes sure that an access would not fault, and marks the pages as the access would. Devices are not asked.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="linear">First byte.</param>
    /// <param name="length">Bytes, 1 to 4096.</param>
    /// <param name="access">What for.</param>
    public static bool TryProbe(Cpu* cpu, ulong linear, int length, Access access)
    {
        AccessParts parts;
        return Accept(cpu, linear, length) && Accept(cpu, AccessParts.Resolve(&parts, cpu, linear, (uint)length, access, stack: false));
    }

    /// <summary>Where a run of bytes is in this process, for helpers that move many: up to the page's end, and never a device or decoded code.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="linear">First byte.</param>
    /// <param name="access">What for.</param>
    /// <param name="host">The first byte.</param>
    /// <param name="length">Bytes up to the page's end.</param>
    /// <returns>False: the bytes are to be moved by the other members, one by one; nothing is recorded.</returns>
    public static bool TryWindow(Cpu* cpu, ulong linear, Access access, out byte* host, out int length)
    {
        TranslationCache* cache = Mmu.CacheOf(cpu, access);
        TlbEntry* entry = TranslationCache.Find(cache, linear);
        ulong page = Tlb.PageOf(linear);
        if (TagOf(entry, access) != page && (!(TranslationCache.TryRecall(cache, linear) && TagOf(entry, access) == page)
            && !PageTarget.TryFill(cpu, cache, linear, access)))
        {
            host = null;
            length = 0;
            return false;
        }

        host = (byte*)(linear + entry->Addend);
        length = (int)(Tlb.PageSize - (linear & (Tlb.PageSize - 1)));
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryReadSlowly(Cpu* cpu, ulong linear, byte* destination, uint size, Access access)
    {
        if (TryWindow(cpu, linear, access, out byte* host, out int length) && length >= size)
        {
            CopyAtOnce(destination, host, size);
            return true;
        }

        return TryReadBytes(cpu, linear, destination, (int)size, access);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryWriteSlowly(Cpu* cpu, ulong linear, byte* source, uint size, Access access)
    {
        if (TryWindow(cpu, linear, access, out byte* host, out int length) && length >= size)
        {
            CopyAtOnce(host, source, size);
            return true;
        }

        return TryWriteBytes(cpu, linear, source, (int)size, access);
    }

    // One move, as the processor's: another vCPU must not see half of an aligned operand.
    private static void CopyAtOnce(byte* destination, byte* source, uint size)
    {
        switch (size)
        {
            case 2:
                Unsafe.WriteUnaligned(destination, Unsafe.ReadUnaligned<ushort>(source));
                break;
            case 4:
                Unsafe.WriteUnaligned(destination, Unsafe.ReadUnaligned<uint>(source));
                break;
            case 8:
                Unsafe.WriteUnaligned(destination, Unsafe.ReadUnaligned<ulong>(source));
                break;
            default:
                Unsafe.CopyBlockUnaligned(destination, source, size);
                break;
        }
    }

    private static ulong TagOf(TlbEntry* entry, Access access) => (access & Access.Write) != 0 ? entry->WriteTag : entry->ReadTag;

    private static bool Accept(Cpu* cpu, ulong linear, int length)
        => length is > 0 and <= Longest || Accept(cpu, MemoryExits.Failure(cpu, linear, MemoryFailure.InconsistentMicroOp));

    private static bool Accept(Cpu* cpu, Step step)
    {
        if (step == Step.Next)
        {
            return true;
        }

        cpu->Mmu.Refusal = step;
        return false;
    }
}
