using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Section 6.1: memory segments.</summary>
internal static class SegmentCases
{
    private const int Policy = 48;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnVm("VM_ALLOC_MEMSEG/no-such-id-is-EINVAL", "6.1", "There are 11 segments.", vm =>
        {
            foreach (int id in new[] { -1, 11, int.MaxValue, int.MinValue })
            {
                vm.Expect(EINVAL, VM_ALLOC_MEMSEG, Segment(id, 4096));
            }
        }),
        OnVm("VM_ALLOC_MEMSEG/every-id", "6.1", "Ids are not tied to a kind: the name makes device memory.", vm =>
        {
            for (int id = 0; id < 11; id++)
            {
                vm.Do(VM_ALLOC_MEMSEG, Segment(id, 4096, id % 2 == 0 ? "" : $"segment{id}"));
            }
        }),
        OnVm("VM_ALLOC_MEMSEG/bad-length-is-EINVAL", "6.1", "Segments are whole pages.", vm =>
        {
            foreach (ulong length in new ulong[] { 0UL, 1, 4095, 4097, ulong.MaxValue })
            {
                vm.Expect(EINVAL, VM_ALLOC_MEMSEG, Segment(0, length));
            }
        }),
        OnVm("VM_ALLOC_MEMSEG/the-same-again-is-EEXIST", "6.1", "Asking twice for the same shows.", vm =>
        {
            vm.Do(VM_ALLOC_MEMSEG, Segment(0, 8192));
            vm.Expect(EEXIST, VM_ALLOC_MEMSEG, Segment(0, 8192));
            vm.Do(VM_ALLOC_MEMSEG, Segment(BootRom, 8192, "bootrom"));
            vm.Expect(EEXIST, VM_ALLOC_MEMSEG, Segment(BootRom, 8192, "bootrom"));
        }),
        OnVm("VM_ALLOC_MEMSEG/another-under-the-id-is-EINVAL", "6.1", "Another length or another kind is a mistake.", vm =>
        {
            vm.Do(VM_ALLOC_MEMSEG, Segment(0, 8192));
            vm.Expect(EINVAL, VM_ALLOC_MEMSEG, Segment(0, 4096));
            vm.Expect(EINVAL, VM_ALLOC_MEMSEG, Segment(0, 8192, "name"));
        }),
        OnVm("VM_ALLOC_MEMSEG/unterminated-name-is-ENAMETOOLONG", "6.1", "A name ends within its field.",
            vm => vm.Expect(ENAMETOOLONG, VM_ALLOC_MEMSEG, Segment(1, 4096, new string('n', 16)))),
        OnVm("VM_ALLOC_MEMSEG/name-comes-before-id-and-is-ENAMETOOLONG", "6.1", "The name is judged before the numbers.",
            vm => vm.Expect(ENAMETOOLONG, VM_ALLOC_MEMSEG, Segment(99, 1, new string('n', 16)))),
        OnVm("VM_ALLOC_MEMSEG/bad-mask-size-is-ERANGE", "6.1", "A set of domains has 8 to 32 bytes.", vm =>
        {
            Struct mask = new Struct(64).U64(0, 1);
            foreach (ulong size in new ulong[] { 0UL, 7, 33, ulong.MaxValue })
            {
                vm.Expect(ERANGE, VM_ALLOC_MEMSEG, Segment(0, 4096).Pointer(32, mask).U64(40, size).I32(Policy, 1));
            }
        }),
        OnVm("VM_ALLOC_MEMSEG/mask-size-comes-before-name-and-is-ERANGE", "6.1", "The domains are judged first of all.", vm =>
            vm.Expect(ERANGE, VM_ALLOC_MEMSEG, Segment(0, 4096, new string('n', 16)).Pointer(32, BadPointer).U64(40, 4).I32(Policy, 1))),
        OnVm("VM_ALLOC_MEMSEG/unreadable-mask-is-EFAULT", "6.1", "The mask is the client's memory.",
            vm => vm.Expect(EFAULT, VM_ALLOC_MEMSEG, Segment(0, 4096).Pointer(32, BadPointer).U64(40, 8).I32(Policy, 1))),
        OnVm("VM_ALLOC_MEMSEG/no-such-policy-is-EINVAL", "6.1", "There are four policies.", vm =>
        {
            Struct mask = new Struct(32).U64(0, 1);
            vm.Expect(EINVAL, VM_ALLOC_MEMSEG, Segment(0, 4096).Pointer(32, mask).U64(40, 8).I32(Policy, 99));
        }),
        OnVm("VM_ALLOC_MEMSEG/domains-need-policy-and-mask", "6.1", "Without a policy, or without a mask, neither is looked at.", vm =>
        {
            vm.Do(VM_ALLOC_MEMSEG, Segment(0, 4096).Pointer(32, BadPointer).U64(40, 1));
            vm.Do(VM_ALLOC_MEMSEG, Segment(1, 4096).U64(40, 1).I32(Policy, 1));
        }),
        OnVm("VM_ALLOC_MEMSEG/is-zero-filled", "6.1", "Nothing of anybody else is in it.", vm =>
        {
            vm.AddMemory(0x4000);
            Check.Bytes("the memory", new byte[0x4000], vm.Read(0, 0x4000));
        }, also: "VM_MMAP_MEMSEG"),
        OnVm("VM_ALLOC_MEMSEG/bad-node-name-is-EINVAL", "6.1", "A device segment's name is a node's; what cannot have one is not allocated.", vm =>
        {
            vm.Expect(EINVAL, VM_ALLOC_MEMSEG, Segment(BootRom, 4096, "boot rom"));
            Check.Equal("the segment's length", 0UL, vm.Do(VM_GET_MEMSEG, Segment(BootRom, 0)).U64(8));
            vm.Do(VM_ALLOC_MEMSEG, Segment(BootRom, 4096, "bootrom"));
        }, also: "VM_GET_MEMSEG"),
        OnVm("VM_ALLOC_MEMSEG/node-of-that-name-is-EEXIST", "6.1", "Two segments of a name would share a node.", vm =>
        {
            vm.Do(VM_ALLOC_MEMSEG, Segment(8, 4096, "rom"));
            vm.Expect(EEXIST, VM_ALLOC_MEMSEG, Segment(9, 4096, "rom"));
            Check.Equal("the second segment's length", 0UL, vm.Do(VM_GET_MEMSEG, Segment(9, 0)).U64(8));
        }, also: "VM_GET_MEMSEG"),
        OnVm("VM_GET_MEMSEG/no-such-id-is-EINVAL", "6.1", "There are 11 segments.", vm =>
        {
            vm.Expect(EINVAL, VM_GET_MEMSEG, Segment(-1, 0));
            vm.Expect(EINVAL, VM_GET_MEMSEG, Segment(11, 0));
        }),
        OnVm("VM_GET_MEMSEG/unallocated-has-no-length", "6.1", "It succeeds, with the name as the client passed it.", vm =>
        {
            Struct segment = vm.Do(VM_GET_MEMSEG, Segment(3, 77, "mine"));
            Check.Equal("the length", 0UL, segment.U64(8));
            Check.Bytes("the name", Ascii("mine\0"), segment.Bytes.Slice(16, 5));
        }),
        OnVm("VM_GET_MEMSEG/system-memory-has-no-name", "6.1", "The name is all zeros.", vm =>
        {
            vm.Do(VM_ALLOC_MEMSEG, Segment(0, 8192));
            Struct segment = vm.Do(VM_GET_MEMSEG, Segment(0, 0, "garbage"));
            Check.Equal("the length", 8192UL, segment.U64(8));
            Check.Bytes("the name", new byte[16], segment.Bytes.Slice(16, 16));
        }),
        OnVm("VM_GET_MEMSEG/device-memory-has-its-name", "6.1", "The name that it was made with.", vm =>
        {
            vm.Do(VM_ALLOC_MEMSEG, Segment(BootRom, 8192, "bootrom"));
            Struct segment = vm.Do(VM_GET_MEMSEG, Segment(BootRom, 0));
            Check.Bytes("the name", Ascii("bootrom\0"), segment.Bytes.Slice(16, 8));
        }),
        OnVm("VM_ALLOC_MEMSEG_14/is-the-shorter-form", "3.4", "16 bytes of name and no domains; ids other than 0 are 7 higher today.", vm =>
        {
            vm.Do(VM_ALLOC_MEMSEG_14, new Struct(32).I32(0, 1).U64(8, 4096).Text(16, Ascii("bootrom")));
            Check.Equal("segment 8's length", 4096UL, vm.Do(VM_GET_MEMSEG, Segment(8, 0)).U64(8));
            vm.Do(VM_ALLOC_MEMSEG_14, new Struct(32).U64(8, 8192));
            Check.Equal("segment 0's length", 8192UL, vm.Do(VM_GET_MEMSEG, Segment(0, 0)).U64(8));
        }, also: "VM_GET_MEMSEG"),
        OnVm("VM_GET_MEMSEG_14/writes-todays-id", "3.4", "The id comes back translated.", vm =>
        {
            vm.Do(VM_ALLOC_MEMSEG, Segment(8, 4096, "bootrom"));
            Struct segment = vm.Do(VM_GET_MEMSEG_14, new Struct(32).I32(0, 1));
            Check.Equal("the id", 8, segment.I32(0));
            Check.Equal("the length", 4096UL, segment.U64(8));
            Check.Bytes("the name", Ascii("bootrom\0"), segment.Bytes.Slice(16, 8));
        }),
        OnVm("VM_ALLOC_MEMSEG_12/has-the-longer-name", "3.4", "64 bytes of name; the same translation.", vm =>
        {
            vm.Do(VM_ALLOC_MEMSEG_12, new Struct(80).I32(0, 3).U64(8, 4096).Text(16, Ascii("pcirom")));
            Check.Equal("segment 10's length", 4096UL, vm.Do(VM_GET_MEMSEG, Segment(10, 0)).U64(8));
        }, also: "VM_GET_MEMSEG"),
        OnVm("VM_GET_MEMSEG_12/writes-todays-id", "3.4", "The id comes back translated.", vm =>
        {
            vm.Do(VM_ALLOC_MEMSEG, Segment(9, 4096, "framebuffer"));
            Struct segment = vm.Do(VM_GET_MEMSEG_12, new Struct(80).I32(0, 2));
            Check.Equal("the id", 9, segment.I32(0));
            Check.Bytes("the name", Ascii("framebuffer\0"), segment.Bytes.Slice(16, 12));
        }),
        .. new[] { VM_ALLOC_MEMSEG_12, VM_ALLOC_MEMSEG_14, VM_GET_MEMSEG_12, VM_GET_MEMSEG_14 }.Select(command =>
            OnVm($"{command}/no-such-id-is-EINVAL", "3.4", "What translation makes of a wild id is no segment.", vm =>
            {
                foreach (int id in new[] { 4, -8, int.MaxValue, int.MinValue })
                {
                    vm.Expect(EINVAL, command, new Struct(command.Size).I32(0, id).U64(8, 4096));
                }
            })),
        OnVm("VM_ALLOC_MEMSEG_14/without-the-build-option-is-unknown", "3.4", "The older forms are a build option.",
            vm => vm.Expect(ENOTTY, VM_ALLOC_MEMSEG_14, new Struct(32).U64(8, 4096)), new SystemSetup { OlderForms = false }),
    ];
}
