using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Section 7: segment descriptors and capabilities.</summary>
internal static class DescriptorCases
{
    private static readonly int[] Segments = [Registers.Es, Registers.Cs, Registers.Ss, Registers.Ds, Registers.Fs, Registers.Gs, Registers.Ldtr, Registers.Tr];
    private static readonly int[] NoSegments = [Registers.Rax, Registers.Cr0, Registers.Efer, Registers.Tpr, Registers.Last, -1, int.MaxValue];

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnVm("VM_SET_SEGMENT_DESCRIPTOR/what-is-set-is-got", "7", "Base, limit in bytes, access rights in the form of the hardware's control structure.", vm =>
        {
            foreach (int segment in Segments)
            {
                uint access = segment switch { Registers.Cs => 0x9BU, Registers.Ldtr => 0x82, Registers.Tr => 0x8B, _ => 0x93 };
                vm.Do(VM_SET_SEGMENT_DESCRIPTOR, SegmentDescriptor(0, segment, 0x1000UL * (ulong)segment, 0xFFFF, access));
                Struct seen = vm.Do(VM_GET_SEGMENT_DESCRIPTOR, SegmentDescriptor(0, segment));
                Check.Equal($"base of {segment}", 0x1000UL * (ulong)segment, seen.U64(8));
                Check.Equal($"limit of {segment}", 0xFFFFU, seen.U32(16));
                Check.Equal($"access of {segment}", access, seen.U32(20));
            }
        }, also: "VM_GET_SEGMENT_DESCRIPTOR"),
        OnVm("VM_SET_SEGMENT_DESCRIPTOR/granular", "7", "The limit is in bytes, whatever the granularity.", vm =>
        {
            vm.Do(VM_SET_SEGMENT_DESCRIPTOR, SegmentDescriptor(0, Registers.Ds, 0, uint.MaxValue, 0xC093));
            Struct seen = vm.Do(VM_GET_SEGMENT_DESCRIPTOR, SegmentDescriptor(0, Registers.Ds));
            Check.Equal("limit", uint.MaxValue, seen.U32(16));
            Check.Equal("access", 0xC093U, seen.U32(20));
        }, also: "VM_GET_SEGMENT_DESCRIPTOR"),
        OnVm("VM_SET_SEGMENT_DESCRIPTOR/unusable", "7", "Bit 16 says that there is no segment.", vm =>
        {
            vm.Do(VM_SET_SEGMENT_DESCRIPTOR, SegmentDescriptor(0, Registers.Ldtr, 0, 0, 0x1_0000));
            Check.Equal("unusable", 0x1_0000U, vm.Do(VM_GET_SEGMENT_DESCRIPTOR, SegmentDescriptor(0, Registers.Ldtr)).U32(20) & 0x1_0000);
        }, also: "VM_GET_SEGMENT_DESCRIPTOR"),
        OnVm("VM_SET_SEGMENT_DESCRIPTOR/descriptor-tables", "7", "IDTR and GDTR have a base and a limit; access is not looked at.", vm =>
        {
            foreach (int table in new[] { Registers.Idtr, Registers.Gdtr })
            {
                vm.Do(VM_SET_SEGMENT_DESCRIPTOR, SegmentDescriptor(0, table, 0x7000UL + (ulong)table, 0x3FF, 0xFFFF_FFFF));
                Struct seen = vm.Do(VM_GET_SEGMENT_DESCRIPTOR, SegmentDescriptor(0, table));
                Check.Equal($"base of {table}", 0x7000UL + (ulong)table, seen.U64(8));
                Check.Equal($"limit of {table}", 0x3FFU, seen.U32(16));
            }
        }, also: "VM_GET_SEGMENT_DESCRIPTOR"),
        .. new[] { VM_GET_SEGMENT_DESCRIPTOR, VM_SET_SEGMENT_DESCRIPTOR }.Select(command =>
            OnVm($"{command}/no-segment-register-is-EINVAL", "7", "Ten registers have descriptors.", vm =>
            {
                foreach (int register in NoSegments)
                {
                    vm.Expect(EINVAL, command, SegmentDescriptor(0, register));
                }
            })),
        .. new[] { VM_GET_CAPABILITY, VM_SET_CAPABILITY }.Select(command =>
            OnVm($"{command}/no-such-number-is-EINVAL", "7", "Numbers run from 0 to 10.", vm =>
            {
                foreach (int number in new[] { -1, Capabilities.Last, int.MaxValue, int.MinValue })
                {
                    vm.Expect(EINVAL, command, Capability(0, number, 1));
                }
            })),
        OnVm("VM_GET_CAPABILITY/unsupported-is-ENOENT", "7", "A number that stands for something else's ability is known, and not there.", vm =>
        {
            List<int> missing = [];
            for (int number = 0; number < Capabilities.Last; number++)
            {
                int error = vm.Ioctl(VM_GET_CAPABILITY, Capability(0, number));
                Check.OneOf($"the error for capability {number}", error, 0, ENOENT);
                if (error == ENOENT)
                {
                    missing.Add(number);
                }
            }

            // No processor has all: one vendor lacks 1, 4, 6 and 7, the other 9 and 10.
            Check.That("capabilities of one processor", missing.Count > 0, "some missing", "all there");
        }),
        OnVm("VM_SET_CAPABILITY/unsupported-is-ENOENT", "7", "What cannot be got for lack of support cannot be set.", vm =>
        {
            int[] missing = [.. Enumerable.Range(0, Capabilities.Last).Where(number => number != 9 && vm.Ioctl(VM_GET_CAPABILITY, Capability(0, number)) == ENOENT)];
            foreach (int number in missing)
            {
                vm.Expect(ENOENT, VM_SET_CAPABILITY, Capability(0, number, 1));
            }
        }, also: "VM_GET_CAPABILITY"),
        OnVm("VM_SET_CAPABILITY/what-is-set-is-got", "7", "Halt, pause, breakpoint and interprocessor exits are off until set.", vm =>
        {
            foreach (int number in new[] { Capabilities.HaltExit, Capabilities.IpiExit, Capabilities.PauseExit, Capabilities.BreakpointExit })
            {
                if (vm.Ioctl(VM_GET_CAPABILITY, Capability(0, number)) == ENOENT)
                {
                    continue; // not this processor's
                }

                Check.Equal($"capability {number} at first", 0, Value(vm, 0, number));
                vm.Do(VM_SET_CAPABILITY, Capability(0, number, 1));
                Check.Equal($"capability {number} when set", 1, Value(vm, 0, number));
                vm.Do(VM_SET_CAPABILITY, Capability(0, number, 0));
                Check.Equal($"capability {number} when cleared", 0, Value(vm, 0, number));
            }
        }, also: "VM_GET_CAPABILITY"),
        OnVm("VM_SET_CAPABILITY/allcpus-is-ignored", "7", "It is for one vCPU, whatever the argument says.", vm =>
        {
            vm.Do(VM_SET_CAPABILITY, Capability(0, Capabilities.HaltExit, 1, allCpus: 1));
            Check.Equal("vCPU 0", 1, Value(vm, 0, Capabilities.HaltExit));
            Check.Equal("vCPU 1", 0, Value(vm, 1, Capabilities.HaltExit));
        }, also: "VM_GET_CAPABILITY"),
        OnVm("VM_SET_CAPABILITY/guests-begin-in-real-mode", "7", "An unrestricted guest can be asked for, on the processors that always have it too.", vm =>
        {
            vm.Do(VM_SET_CAPABILITY, Capability(0, Capabilities.UnrestrictedGuest, 1));
            Check.Equal("capability 3", 1, Value(vm, 0, Capabilities.UnrestrictedGuest));
        }, also: "VM_GET_CAPABILITY"),
    ];

    private static int Value(VmClient vm, int cpu, int number) => vm.Do(VM_GET_CAPABILITY, Capability(cpu, number)).I32(8);
}
