using System.Runtime.InteropServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Abi.Kvm;
using VmmEngine.Memory;

namespace VmmEngine.Kvm;

/// <summary>The memory slots of a VM. Changed only while the memory map is held and all vCPUs are frozen.</summary>
internal sealed unsafe class KvmMemory : IDisposable
{
    private readonly int _vm;
    private readonly bool _readOnlyWorks;
    private readonly RestrictedRanges* _restricted;
    private readonly List<Slot?> _slots = [];
    private readonly int _limit;

    public KvmMemory(int vm, int slotLimit, bool readOnlyWorks)
    {
        _vm = vm;
        _limit = slotLimit;
        _readOnlyWorks = readOnlyWorks;
        _restricted = (RestrictedRanges*)NativeMemory.AllocZeroed((nuint)sizeof(RestrictedRanges));
    }

    /// <summary>For the vCPUs. The address is fixed.</summary>
    public RestrictedRanges* Restricted => _restricted;

    /// <summary>Shows a piece of host memory to the guest.</summary>
    /// <returns>0; ENOSPC without a free slot; EINVAL for what this KVM cannot do; what KVM answers.</returns>
    public int Map(Gpa address, Hva host, ulong length, MemoryProtection protection)
    {
        int free = _slots.IndexOf(null);
        if (free < 0 && _slots.Count == _limit)
        {
            return Errno.ENOSPC;
        }

        bool readable = (protection & (MemoryProtection.Read | MemoryProtection.Execute)) != 0;
        bool writable = (protection & MemoryProtection.Write) != 0;
        if (readable && !writable && !_readOnlyWorks)
        {
            return Errno.EINVAL;
        }

        uint number = (uint)(free < 0 ? _slots.Count : free);
        if (readable || writable)
        {
            int error = Set(number, address, host, length, writable ? 0 : kvm_userspace_memory_region.KVM_MEM_READONLY);
            if (error != 0)
            {
                return error;
            }
        }

        Slot slot = new(address, host, length, protection, IsInKernel: readable || writable);
        if (free < 0)
        {
            _slots.Add(slot);
        }
        else
        {
            _slots[free] = slot;
        }

        PublishRestricted();
        return 0;
    }

    /// <summary>Takes it back.</summary>
    public void Unmap(Gpa address, ulong length)
    {
        int number = _slots.FindIndex(slot => slot is { } used && used.Address == address && used.Length == length);
        if (number < 0)
        {
            return;
        }

        if (_slots[number]!.Value.IsInKernel)
        {
            _ = Set((uint)number, address, default, 0, 0);
        }

        _slots[number] = null;
        PublishRestricted();
    }

    /// <summary>Reads guest memory: as much as is mapped from an address on, up to the end of its mapping.</summary>
    /// <returns>How many bytes.</returns>
    public int Read(ulong address, Span<byte> to)
    {
        foreach (Slot? slot in _slots)
        {
            if (slot is { } used && address - used.Address.Value < used.Length)
            {
                ulong offset = address - used.Address.Value;
                int length = (int)Math.Min((ulong)to.Length, used.Length - offset);
                new ReadOnlySpan<byte>(used.Host.Bytes + offset, length).CopyTo(to);
                return length;
            }
        }

        return 0;
    }

    public void Dispose()
    {
        NativeMemory.Free(_restricted->Ranges);
        NativeMemory.Free(_restricted);
    }

    private int Set(uint number, Gpa address, Hva host, ulong length, uint flags)
    {
        kvm_userspace_memory_region region = new()
        {
            slot = number,
            flags = flags,
            guest_phys_addr = address.Value,
            memory_size = length,
            userspace_addr = host.Value,
        };
        return LibC.Ioctl(_vm, KvmVmWords.KVM_SET_USER_MEMORY_REGION, &region) == 0 ? 0 : LibC.LastError;
    }

    private void PublishRestricted()
    {
        RestrictedRange[] ranges =
        [
            .. from slot in _slots
               where slot is { } used && (used.Protection & MemoryProtection.Write) == 0
               select new RestrictedRange { Start = slot.Value.Address.Value, Length = slot.Value.Length, Protection = slot.Value.Protection },
        ];
        if (_restricted->Capacity < ranges.Length)
        {
            NativeMemory.Free(_restricted->Ranges);
            _restricted->Ranges = (RestrictedRange*)NativeMemory.Alloc((nuint)ranges.Length, (nuint)sizeof(RestrictedRange));
            _restricted->Capacity = (uint)ranges.Length;
        }

        ranges.CopyTo(new Span<RestrictedRange>(_restricted->Ranges, ranges.Length));
        _restricted->Count = (uint)ranges.Length;
    }

    private readonly record struct Slot(Gpa Address, Hva Host, ulong Length, MemoryProtection Protection, bool IsInKernel);
}
