using System.Runtime.CompilerServices;
using VmmEngine.Abi.OpenBsd;
using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Memory;

namespace VmmEngine.OpenBsd;

/// <summary>The clock page that a guest, or its client, asks for: from the time-stamp counter to nanoseconds, written when it is asked for and before each entry.</summary>
/// <remarks>Set and read without the vCPU's lock, as upstream does; written to guest memory by the vCPU's holder alone.</remarks>
internal struct PvClock
{
    /// <summary>The register by which a guest asks for it.</summary>
    public const uint Msr = 0x4B56_4D01;

    private const ulong Enabled = 1;
    private const ulong Alignment = 16;
    private const int RecordSize = 32;
    private const byte Stable = 1;

    // A tick is (2^Shift * multiplier) / 2^32 ns.
    private const int Shift = 12;
    private const ulong ScaledSecond = 1_000_000_000UL << (32 - Shift);

    private ulong _address;
    private uint _version;

    /// <summary>The guest-physical address; bit 0 is set while the clock is on.</summary>
    public readonly ulong Address => Volatile.Read(in _address);

    /// <summary>The record is kept up to date.</summary>
    public readonly bool IsOn => (Address & Enabled) != 0;

    /// <summary>How often the record has been written, twice; odd only in guest memory.</summary>
    public uint Version
    {
        readonly get => Volatile.Read(in _version);
        set => Volatile.Write(ref _version, value);
    }

    /// <summary>Puts the record at an address, whose bit 0 says whether it is on.</summary>
    /// <returns>False, and nothing changes, unless it is 16-byte aligned, lies in the VM's memory with room behind it, and crosses no page.</returns>
    public bool TrySet(Vm vm, ulong address)
    {
        ulong record = address & ~Enabled;
        bool fits = record % Alignment == 0
            && (record % HostMemory.PageSize) + RecordSize <= HostMemory.PageSize
            && vm.TryFindRange(record, out vm_mem_range range)
            && record - range.vmr_gpa <= range.vmr_size - RecordSize
            && !(vm.Quirks.RefuseLastClockPlace && record - range.vmr_gpa == range.vmr_size - RecordSize);
        if (fits)
        {
            Volatile.Write(ref _address, address);
        }

        return fits;
    }

    /// <summary>Writes the record of a vCPU that the caller holds, and that the back end has; of a clock that is off, nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Renew(Vm vm, Vcpu* vcpu)
    {
        if (vm.ContextOf(vcpu).Clock.IsOn)
        {
            RenewAt(vm, vcpu);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe void RenewAt(Vm vm, Vcpu* vcpu)
    {
        Unsafe.SkipInit(out CpuRegisters registers);
        if (vm.Backend!.ReadRegisters(vcpu, RegisterGroups.Msrs | RegisterGroups.AtExit, ref registers) == 0)
        {
            vm.ContextOf(vcpu).Clock.Write(vm, registers.Tsc);
        }
    }

    private unsafe void Write(Vm vm, ulong timestamp)
    {
        VmBackend backend = vm.Backend!;
        Gpa record = new(Address & ~Enabled);
        if (!vm.GuestMemory!.Map.TryTranslate(record, RecordSize, MemoryProtection.Write, out Hva host))
        {
            return;
        }

        byte* bytes = host.Bytes;
        Volatile.Write(ref *(uint*)bytes, Version + 1);
        *(ulong*)(bytes + 8) = timestamp;
        *(ulong*)(bytes + 16) = (ulong)(DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        *(uint*)(bytes + 24) = (uint)(ScaledSecond / backend.TimestampFrequency);
        bytes[28] = Shift;
        bytes[29] = Stable;
        Version += 2;
        Volatile.Write(ref *(uint*)bytes, Version);
        backend.MemoryWritten(record, RecordSize);
    }
}
