using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Section 6.2: mappings of segments.</summary>
internal static class MappingCases
{
    private const int Wired = 1;
    private const ulong AddressSpace = 1UL << 47;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnMemory("VM_MMAP_MEMSEG/what-is-mapped-is-got", "6.2", "A mapping comes back with all its fields.", vm =>
        {
            vm.Do(VM_MMAP_MEMSEG, Mapping(0x10_0000, 0, 0x2000, 0x1000, ProtRead | ProtExecute));
            Struct seen = vm.Do(VM_MMAP_GETNEXT, new Struct(40).U64(0, 0x10_0000));
            Check.Equal("gpa", 0x10_0000UL, seen.U64(0));
            Check.Equal("segment", 0, seen.I32(8));
            Check.Equal("offset", 0x1000UL, seen.U64(16));
            Check.Equal("length", 0x2000UL, seen.U64(24));
            Check.Equal("protection", ProtRead | ProtExecute, seen.I32(32));
            Check.Equal("flags", 0, seen.I32(36));
        }, also: "VM_MMAP_GETNEXT"),
        Refused("no-protection-is-EINVAL", "A mapping is for something.", Mapping(0, 0, 4096, protection: 0)),
        Refused("unknown-protection-is-EINVAL", "There are three rights.", Mapping(0, 0, 4096, protection: 8), Mapping(0, 0, 4096, protection: -1)),
        Refused("unknown-flag-is-EINVAL", "WIRED is the client's; IOMMU is the system's to report.", Mapping(0, 0, 4096, flags: 2), Mapping(0, 0, 4096, flags: 4), Mapping(0, 0, 4096, flags: int.MinValue)),
        Refused("no-such-segment-is-EINVAL", "There are 11 segments.", Mapping(0, -1, 4096), Mapping(0, 11, 4096), Mapping(0, int.MaxValue, 4096)),
        Refused("unallocated-segment-is-EINVAL", "There is nothing to map.", Mapping(0, 5, 4096)),
        Refused("negative-offset-is-EINVAL", "Offsets are signed.", Mapping(0, 0, 4096, -4096), Mapping(0, 0, 4096, long.MinValue)),
        Refused("no-length-is-EINVAL", "Nothing is not mapped.", Mapping(0, 0, 0)),
        Refused("overflowing-length-is-EINVAL", "The end does not wrap.", Mapping(0, 0, ulong.MaxValue - 4095, 4096), Mapping(0, 0, ulong.MaxValue - 4095)),
        Refused("beyond-the-segment-is-EINVAL", "The end lies in the segment.", Mapping(0, 0, 0x1_1000), Mapping(0, 0, 0x1_0000, 0x1000), Mapping(0, 0, 4096, 0x1_0000)),
        Refused("unaligned-is-EINVAL", "Pages are mapped.", Mapping(1, 0, 4096), Mapping(0, 0, 4096, 1), Mapping(0, 0, 4095), Mapping(0x800, 0, 0x800)),
        OnMemory("VM_MMAP_MEMSEG/the-23rd-is-ENOSPC", "6.2", "There are 22 slots.", vm =>
        {
            FillSlots(vm);
            vm.Expect(ENOSPC, VM_MMAP_MEMSEG, Mapping(0x1000_0000, 0, 4096));
            vm.Do(VM_MUNMAP_MEMSEG, Extent(0, 4096));
            vm.Do(VM_MMAP_MEMSEG, Mapping(0x1000_0000, 0, 4096));
        }, also: "VM_MUNMAP_MEMSEG"),
        OnMemory("VM_MMAP_MEMSEG/slots-come-before-overlap-and-is-ENOSPC", "6.2", "A slot is looked for before the address space is.", vm =>
        {
            FillSlots(vm);
            vm.Expect(ENOSPC, VM_MMAP_MEMSEG, Mapping(0, 0, 4096));
        }),
        OnMemory("VM_MMAP_MEMSEG/arguments-come-before-slots-and-is-EINVAL", "6.2", "The arguments are judged first.", vm =>
        {
            FillSlots(vm);
            vm.Expect(EINVAL, VM_MMAP_MEMSEG, Mapping(1, 0, 4096));
        }),
        OnMemory("VM_MMAP_MEMSEG/overlap-is-EFAULT", "6.2", "An address belongs to one mapping.", vm =>
        {
            vm.Do(VM_MMAP_MEMSEG, Mapping(0x10_0000, 0, 0x4000));
            vm.Expect(EFAULT, VM_MMAP_MEMSEG, Mapping(0x10_0000, 0, 0x4000));
            vm.Expect(EFAULT, VM_MMAP_MEMSEG, Mapping(0x10_3000, 0, 0x1000));
            vm.Expect(EFAULT, VM_MMAP_MEMSEG, Mapping(0xF_F000, 0, 0x2000));
            vm.Expect(EFAULT, VM_MMAP_MEMSEG, Mapping(0xF_F000, 0, 0x8000));
            vm.Do(VM_MMAP_MEMSEG, Mapping(0x10_4000, 0, 0x1000));
            vm.Do(VM_MMAP_MEMSEG, Mapping(0xF_F000, 0, 0x1000));
        }),
        OnMemory("VM_MMAP_MEMSEG/beyond-the-address-space-is-EFAULT", "6.2", "A guest has 47 bits of addresses.", vm =>
        {
            vm.Expect(EFAULT, VM_MMAP_MEMSEG, Mapping(AddressSpace, 0, 4096));
            vm.Expect(EFAULT, VM_MMAP_MEMSEG, Mapping(AddressSpace - 4096, 0, 8192));
            vm.Expect(EFAULT, VM_MMAP_MEMSEG, Mapping(ulong.MaxValue - 4095, 0, 4096));
        }),
        OnMemory("VM_MMAP_MEMSEG/a-segment-at-two-addresses", "6.2", "The same bytes may be mapped several times.", vm =>
        {
            vm.Do(VM_MMAP_MEMSEG, Mapping(0, 0, 4096));
            vm.Do(VM_MMAP_MEMSEG, Mapping(0x20_0000, 0, 4096));
            vm.Write(0x123, 0x77);
            Check.Bytes("the bytes at the other address", [0x77], vm.Read(0x20_0123, 1));
        }),
        OnMemory("VM_MMAP_MEMSEG/wired", "6.2", "Wired memory is there at once, and says so.", vm =>
        {
            vm.Do(VM_MMAP_MEMSEG, Mapping(0, 0, 0x4000, flags: Wired));
            Check.Equal("flags", Wired, vm.Do(VM_MMAP_GETNEXT, new Struct(40)).I32(36));
        }, also: "VM_MMAP_GETNEXT"),
        OnMemory("VM_MUNMAP_MEMSEG/the-guest-loses-it", "6.2", "System memory too.", vm =>
        {
            vm.Do(VM_MMAP_MEMSEG, Mapping(0x10_0000, 0, 0x2000));
            vm.Do(VM_MUNMAP_MEMSEG, Extent(0x10_0000, 0x2000));
            vm.Expect(ENOENT, VM_MMAP_GETNEXT, new Struct(40));
            vm.ExpectRead(EFAULT, 0x10_0000, 1);
        }, also: "VM_MMAP_GETNEXT"),
        OnMemory("VM_MUNMAP_MEMSEG/contents-stay", "6.2", "The segment keeps what is in it.", vm =>
        {
            vm.Do(VM_MMAP_MEMSEG, Mapping(0, 0, 4096));
            vm.Write(5, 9);
            vm.Do(VM_MUNMAP_MEMSEG, Extent(0, 4096));
            vm.Do(VM_MMAP_MEMSEG, Mapping(0x3000, 0, 4096));
            Check.Bytes("the byte", [9], vm.Read(0x3005, 1));
        }),
        OnMemory("VM_MUNMAP_MEMSEG/not-exactly-a-mapping-is-EINVAL", "6.2", "Mappings are neither cut nor joined.", vm =>
        {
            vm.Do(VM_MMAP_MEMSEG, Mapping(0x10_0000, 0, 0x2000));
            vm.Expect(EINVAL, VM_MUNMAP_MEMSEG, Extent(0x10_0000, 0x1000));
            vm.Expect(EINVAL, VM_MUNMAP_MEMSEG, Extent(0x10_1000, 0x1000));
            vm.Expect(EINVAL, VM_MUNMAP_MEMSEG, Extent(0x10_0000, 0x3000));
            vm.Expect(EINVAL, VM_MUNMAP_MEMSEG, Extent(0x50_0000, 0x1000));
            vm.Read(0x10_0000, 0x2000);
        }),
        OnMemory("VM_MUNMAP_MEMSEG/nothing-at-zero", "6.2", "An unused slot looks like that, and is found.", vm => vm.Do(VM_MUNMAP_MEMSEG, Extent(0, 0))),
        OnMemory("VM_MMAP_GETNEXT/starts-at-or-above", "6.2", "The mapping with the lowest start that is not below the address, not the one that contains it.", vm =>
        {
            vm.Do(VM_MMAP_MEMSEG, Mapping(0x10_0000, 0, 0x4000));
            vm.Do(VM_MMAP_MEMSEG, Mapping(0x5000, 0, 0x1000));
            Check.Equal("from 0", 0x5000UL, Next(vm, 0));
            Check.Equal("from its start", 0x5000UL, Next(vm, 0x5000));
            Check.Equal("from inside", 0x10_0000UL, Next(vm, 0x5001));
            vm.Expect(ENOENT, VM_MMAP_GETNEXT, new Struct(40).U64(0, 0x10_1000));
        }),
        OnMemory("VM_MMAP_GETNEXT/none-is-ENOENT", "6.2", "The end of an iteration.", vm =>
        {
            vm.Expect(ENOENT, VM_MMAP_GETNEXT, new Struct(40));
            vm.Do(VM_MMAP_MEMSEG, Mapping(0, 0, 4096));
            vm.Expect(ENOENT, VM_MMAP_GETNEXT, new Struct(40).U64(0, ulong.MaxValue));
        }),
    ];

    /// <summary>A VM with segment 0 of 64 KiB, mapped nowhere.</summary>
    private static ConformanceCase OnMemory(string name, string section, string why, Action<VmClient> body, string also = "") =>
        OnVm(name, section, why, vm =>
        {
            vm.Do(VM_ALLOC_MEMSEG, Segment(0, 0x1_0000));
            body(vm);
        }, also: also);

    private static ConformanceCase Refused(string name, string why, params Struct[] mappings) => OnMemory("VM_MMAP_MEMSEG/" + name, "6.2", why, vm =>
    {
        foreach (Struct mapping in mappings)
        {
            vm.Expect(EINVAL, VM_MMAP_MEMSEG, mapping);
        }

        vm.Expect(ENOENT, VM_MMAP_GETNEXT, new Struct(40));
    });

    private static void FillSlots(VmClient vm)
    {
        for (ulong slot = 0; slot < 22; slot++)
        {
            vm.Do(VM_MMAP_MEMSEG, Mapping(slot * 0x1_0000, 0, 4096));
        }
    }

    private static ulong Next(VmClient vm, ulong gpa) => vm.Do(VM_MMAP_GETNEXT, new Struct(40).U64(0, gpa)).U64(0);
}
