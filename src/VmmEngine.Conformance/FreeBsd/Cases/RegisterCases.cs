using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Section 7: registers and register sets.</summary>
internal static class RegisterCases
{
    private const ulong Pattern = 0x1234_5678_9ABC_DEF0;

    /// <summary>Control registers are not taken for any value; these are.</summary>
    private static readonly int[] Free = [.. Enumerable.Range(Registers.Rax, 15), Registers.Rsp, Registers.Rip, Registers.Cr2];

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnVm("VM_SET_REGISTER/what-is-set-is-got", "7", "Every general register holds 64 bits.", vm =>
        {
            foreach (int register in Free)
            {
                vm.Set(register, Pattern + (ulong)register);
            }

            foreach (int register in Free)
            {
                Check.Equal($"register {register}", Pattern + (ulong)register, vm.Get(register));
            }
        }, also: "VM_GET_REGISTER"),
        OnVm("VM_SET_REGISTER/vCPUs-have-their-own", "7", "A register belongs to a vCPU.", vm =>
        {
            vm.Set(Registers.Rax, 1, 0);
            vm.Set(Registers.Rax, 2, 1);
            Check.Equal("RAX of vCPU 0", 1UL, vm.Get(Registers.Rax, 0));
        }, also: "VM_GET_REGISTER"),
        OnVm("VM_GET_REGISTER/no-such-register-is-EINVAL", "7", "Numbers end at 48.", vm =>
        {
            vm.Expect(EINVAL, VM_GET_REGISTER, Register(0, Registers.Last));
            vm.Expect(EINVAL, VM_GET_REGISTER, Register(0, int.MaxValue));
        }),
        OnVm("VM_SET_REGISTER/no-such-register-is-EINVAL", "7", "Numbers end at 48.", vm =>
        {
            vm.Expect(EINVAL, VM_SET_REGISTER, Register(0, Registers.Last));
            vm.Expect(EINVAL, VM_SET_REGISTER, Register(0, int.MaxValue));
        }),
        OnVm("VM_SET_REGISTER/negative-number-is-EINVAL", "7", "Fields of the hardware's control structure are not for writing.", vm =>
        {
            vm.Expect(EINVAL, VM_SET_REGISTER, Register(0, -1));
            vm.Expect(EINVAL, VM_SET_REGISTER, Register(0, int.MinValue));
        }),
        OnVm("VM_GET_REGISTER/descriptor-table-is-EINVAL", "7", "IDTR and GDTR are descriptors, not registers.", vm =>
        {
            vm.Expect(EINVAL, VM_GET_REGISTER, Register(0, Registers.Idtr));
            vm.Expect(EINVAL, VM_GET_REGISTER, Register(0, Registers.Gdtr));
        }),
        OnVm("VM_SET_REGISTER/descriptor-table-is-EINVAL", "7", "IDTR and GDTR are descriptors, not registers.", vm =>
        {
            vm.Expect(EINVAL, VM_SET_REGISTER, Register(0, Registers.Idtr));
            vm.Expect(EINVAL, VM_SET_REGISTER, Register(0, Registers.Gdtr));
        }),
        OnVm("VM_GET_REGISTER/after-reset", "7", "A new vCPU is a processor after reset.", vm =>
        {
            Check.Equal("RIP", 0xFFF0UL, vm.Get(Registers.Rip));
            Check.Equal("RFLAGS", 2UL, vm.Get(Registers.Rflags));
            Check.Equal("CS", 0xF000UL, vm.Get(Registers.Cs));
            Check.Equal("base of CS", 0xFFFF_0000UL, vm.Do(VM_GET_SEGMENT_DESCRIPTOR, SegmentDescriptor(0, Registers.Cs)).U64(8));
            Check.Equal("paging and protection", 0UL, vm.Get(Registers.Cr0) & 0x8000_0001);
            Check.Equal("EFER's mode bits", 0UL, vm.Get(Registers.Efer) & 0x500);
        }, also: "VM_GET_SEGMENT_DESCRIPTOR"),
        OnVm("VM_SET_REGISTER/segment-means-selector", "7", "The hidden part is the descriptor's, and stays.", vm =>
        {
            vm.Do(VM_SET_SEGMENT_DESCRIPTOR, SegmentDescriptor(0, Registers.Ds, 0x12340, 0xFFFF, 0x93));
            vm.Set(Registers.Ds, 0x28);
            Check.Equal("DS", 0x28UL, vm.Get(Registers.Ds));
            Check.Equal("base of DS", 0x12340UL, vm.Do(VM_GET_SEGMENT_DESCRIPTOR, SegmentDescriptor(0, Registers.Ds)).U64(8));
        }, also: "VM_GET_SEGMENT_DESCRIPTOR VM_SET_SEGMENT_DESCRIPTOR"),
        OnVm("VM_SET_REGISTER/TPR-is-CR8", "7", "The task priority is in CR8's form.", vm =>
        {
            Check.Equal("TPR after reset", 0UL, vm.Get(Registers.Tpr));
            vm.Set(Registers.Tpr, 9);
            Check.Equal("TPR", 9UL, vm.Get(Registers.Tpr));
        }, also: "VM_GET_REGISTER"),
        OnVm("VM_GET_REGISTER/no-interrupt-shadow-after-reset", "7", "The shadow reads 0 or 1.",
            vm => Check.Equal("the interrupt shadow", 0UL, vm.Get(Registers.InterruptShadow))),
        OnVm("VM_SET_REGISTER/debug-registers", "7", "Breakpoint addresses are registers.", vm =>
        {
            for (int i = 0; i < 4; i++)
            {
                vm.Set(Registers.Dr0 + i, 0x1000UL * (ulong)(i + 1));
            }

            Check.Equal("DR2", 0x3000UL, vm.Get(Registers.Dr0 + 2));
        }, also: "VM_GET_REGISTER"),
        OnVm("VM_SET_REGISTER/control-registers", "7", "The guest's view of CR0 and CR4 is what was set.", vm =>
        {
            vm.LoadLongMode(0xF4);
            Check.Equal("CR3", GuestCode.PageTables, vm.Get(Registers.Cr3));
            Check.Equal("CR4's PAE", 0x20UL, vm.Get(Registers.Cr4) & 0x20);
            Check.Equal("CR0's mode bits", 0x8000_0001UL, vm.Get(Registers.Cr0) & 0x8000_0001);
            Check.Equal("EFER's mode bits", 0x500UL, vm.Get(Registers.Efer) & 0x500);
        }, also: "VM_GET_REGISTER"),
        OnVm("VM_SET_REGISTER/in-any-order", "7", "On the way to a mode the registers need not agree with each other.", vm =>
        {
            // The 64-bit guest's registers, each before those that a processor would want first.
            vm.Do(VM_SET_SEGMENT_DESCRIPTOR, SegmentDescriptor(0, Registers.Cs, 0, uint.MaxValue, 0xA09B));
            vm.Set(Registers.Efer, 0x500);
            vm.Set(Registers.Cr0, 0x8000_0031);
            vm.Set(Registers.Cr4, 0x20);
            vm.LoadLongMode(0xE6, GuestCode.Mark); // out 98h, al
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_SET_SEGMENT_DESCRIPTOR VM_RUN"),
        OnVm("VM_SET_REGISTER_SET/what-is-set-is-got", "7", "A set is so many single registers.", vm =>
        {
            Struct numbers = Numbers(Registers.Rcx, Registers.R15, Registers.Rip);
            Struct values = new Struct(24).U64(0, 11).U64(8, 22).U64(16, 33);
            vm.Do(VM_SET_REGISTER_SET, RegisterSet(0, 3, numbers, values));
            Check.Equal("RCX", 11UL, vm.Get(Registers.Rcx));
            Struct seen = new(24);
            vm.Do(VM_GET_REGISTER_SET, RegisterSet(0, 3, numbers, seen));
            Check.Bytes("the values", values.Bytes, seen.Bytes);
        }, also: "VM_GET_REGISTER_SET"),
        OnVm("VM_GET_REGISTER_SET/none", "7", "A set of none is a set.", vm =>
        {
            vm.Do(VM_GET_REGISTER_SET, RegisterSet(0, 0, 0, 0));
            vm.Do(VM_SET_REGISTER_SET, RegisterSet(0, 0, 0, 0));
        }, also: "VM_SET_REGISTER_SET"),
        .. new[] { VM_GET_REGISTER_SET, VM_SET_REGISTER_SET }.SelectMany(command => new[]
        {
            OnVm($"{command}/too-many-is-EINVAL", "7", "A set has at most as many as there are registers, and that is looked at before the pointers.", vm =>
            {
                vm.Expect(EINVAL, command, RegisterSet(0, 50, BadPointer, BadPointer));
                vm.Expect(EINVAL, command, RegisterSet(0, uint.MaxValue, BadPointer, BadPointer));
            }),
            OnVm($"{command}/unreadable-numbers-is-EFAULT", "7", "The numbers are the client's memory.", vm =>
            {
                Struct values = new(8);
                vm.Expect(EFAULT, command, RegisterSet(0, 1, BadPointer, values));
            }),
            OnVm($"{command}/bad-values-is-EFAULT", "7", "The values are the client's memory.", vm =>
            {
                Struct numbers = Numbers(Registers.Rax);
                vm.Expect(EFAULT, command, RegisterSet(0, 1, numbers, BadPointer));
            }),
        }),
        OnVm("VM_GET_REGISTER_SET/a-bad-one-of-several-is-EINVAL", "7", "A get that fails gives nothing back.", vm =>
        {
            Struct numbers = Numbers(Registers.Rip, Registers.Last);
            Struct values = new Struct(16).Filled(0xEE);
            vm.Expect(EINVAL, VM_GET_REGISTER_SET, RegisterSet(0, 2, numbers, values));
            Check.Bytes("the values", new Struct(16).Filled(0xEE).Bytes, values.Bytes);
        }),
        OnVm("VM_SET_REGISTER_SET/a-bad-one-of-several-is-EINVAL", "7", "A set that fails has changed the registers before the bad one.", vm =>
        {
            Struct numbers = Numbers(Registers.Rax, Registers.Last, Registers.Rbx);
            Struct values = new Struct(24).U64(0, 5).U64(8, 6).U64(16, 7);
            vm.Expect(EINVAL, VM_SET_REGISTER_SET, RegisterSet(0, 3, numbers, values));
            Check.Equal("RAX", 5UL, vm.Get(Registers.Rax));
            Check.Equal("RBX", 0UL, vm.Get(Registers.Rbx));
        }),
    ];

    private static Struct Numbers(params int[] registers)
    {
        Struct numbers = new(registers.Length * 4);
        for (int i = 0; i < registers.Length; i++)
        {
            numbers.I32(i * 4, registers[i]);
        }

        return numbers;
    }
}
