using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Section 1: what is done with a command word and its argument before any device sees them.</summary>
internal static class EncodingCases
{
    private const uint Void = 0x2000_0000;
    private const uint In = 0x8000_0000;
    private const uint InOut = 0xC000_0000;

    /// <summary>Copied in, of the VM's group, with a number that no command has.</summary>
    private const uint UnknownIn = 0x8004_76FE;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnVm("word/no-direction-is-ENOTTY", "1", "A word says void, in or out, or it is none.",
            vm => vm.Host.ExpectWord(ENOTTY, vm.Descriptor, 0x0000_7605, 0), also: "VM_REINIT"),
        OnVm("word/direction-without-length-is-ENOTTY", "1", "What is copied has a length.",
            vm => vm.Host.ExpectWord(ENOTTY, vm.Descriptor, InOut | 0x7615, BadPointer), also: "VM_GET_REGISTER"),
        OnVm("word/void-with-a-length-is-ENOTTY", "1", "A void word's length is 0, or 4 for a value in the pointer's place.", vm =>
        {
            vm.Host.ExpectWord(ENOTTY, vm.Descriptor, Void | (8 << 16) | 0x7605, 0);
            vm.Host.ExpectWord(ENOTTY, vm.Descriptor, Void | (4 << 16) | 0x7605, 0); // well formed, and no command
        }, also: "VM_REINIT"),
        OnVm("word/malformed-is-ENOTTY-before-EBADF", "1", "The word is judged before the descriptor is looked up.",
            vm => vm.Host.ExpectWord(ENOTTY, ClosedDescriptor(vm), InOut | 0x7615, 0), also: "VM_GET_REGISTER"),
        OnVm("word/unknown-is-ENOTTY", "3.5", "The whole word is looked for in the tables.", vm =>
        {
            Struct argument = new(8);
            vm.Host.ExpectWord(ENOTTY, vm.Descriptor, UnknownIn, argument);
            vm.Host.ExpectWord(ENOTTY, vm.Descriptor, Void | 0x7600, 0); // once the version of the interface
            vm.Host.ExpectWord(ENOTTY, vm.Descriptor, VMMCTL_VM_CREATE.Word, new Struct(296));
        }, also: "VM_REINIT"),
        OnVm("word/another-size-is-ENOTTY", "3.3", "A struct of another size makes another command, never a short read.", vm =>
        {
            Struct argument = new(1024);
            vm.Host.ExpectWord(ENOTTY, vm.Descriptor, In | (24 << 16) | 0x7601, argument);
            vm.Host.ExpectWord(ENOTTY, vm.Descriptor, InOut | (536 << 16) | 0x7633, argument);
        }, also: "VM_RUN VM_STAT_DESC"),
        OnVm("word/another-direction-is-ENOTTY", "1", "The direction is a part of the word: Linux's bits mean the opposite.", vm =>
        {
            Struct argument = new(16);
            vm.Host.ExpectWord(ENOTTY, vm.Descriptor, VM_SET_REGISTER.Word ^ InOut, argument);
        }, also: "VM_SET_REGISTER"),
        OnHost("word/unknown-to-the-control-device-is-ENOTTY", "2.1", "The control device has two commands.", host =>
        {
            Struct argument = new(296);
            host.ExpectWord(ENOTTY, host.Control, 0xC128_5602, argument);
            host.ExpectWord(ENOTTY, host.Control, VM_SET_TOPOLOGY.Word, argument);
        }, also: "VMMCTL_VM_CREATE VMMCTL_VM_DESTROY"),
        OnVm("argument/unreadable-is-EFAULT", "1", "The argument is copied in before the device sees the command.", vm =>
        {
            vm.Host.ExpectWord(EFAULT, vm.Descriptor, VM_SET_TOPOLOGY.Word, 0);
            vm.Host.ExpectWord(EFAULT, vm.Host.Control, VMMCTL_VM_CREATE.Word, BadPointer);
        }, also: "VM_SET_TOPOLOGY VMMCTL_VM_CREATE"),
        OnVm("argument/unreadable-is-EFAULT-before-ENOTTY", "1", "A word that no table has is copied in for all that.",
            vm => vm.Host.ExpectWord(EFAULT, vm.Descriptor, UnknownIn, 0), also: "VM_SET_TOPOLOGY"),
        OnVm("argument/unreadable-is-EFAULT-before-EBADF", "1", "The copying in comes before the descriptor.",
            vm => vm.Host.ExpectWord(EFAULT, ClosedDescriptor(vm), VM_SET_TOPOLOGY.Word, 0), also: "VM_SET_TOPOLOGY"),
        OnVm("argument/unwritable-is-EFAULT", "1", "What a command gives back is copied out after it.",
            vm => vm.Host.ExpectWord(EFAULT, vm.Descriptor, VM_GET_TOPOLOGY.Word, 0), also: "VM_GET_TOPOLOGY"),
        OnVm("argument/output-only-on-success", "1", "An error leaves the client's struct as it was.", vm =>
        {
            Struct argument = Register(0, Registers.Last, 0x1122_3344_5566_7788);
            byte[] before = argument.Snapshot();
            vm.Expect(EINVAL, VM_GET_REGISTER, argument);
            Check.Bytes("the argument after an error", before, argument.Bytes);
            Struct segment = Segment(11, 77, "name");
            before = segment.Snapshot();
            vm.Expect(EINVAL, VM_GET_MEMSEG, segment);
            Check.Bytes("the argument after an error", before, segment.Bytes);
        }, also: "VM_GET_REGISTER VM_GET_MEMSEG"),
        OnVm("argument/input-only-is-not-written", "1", "A command without output leaves the client's struct as it was.", vm =>
        {
            vm.AddMemory(GuestCode.MemorySize);
            Struct topology = Topology(1, 1, 1, 9);
            byte[] before = topology.Snapshot();
            vm.Do(VM_SET_TOPOLOGY, topology);
            Check.Bytes("the argument", before, topology.Bytes);
        }, also: "VM_SET_TOPOLOGY"),
        OnVm("argument/output-only-is-written-whole", "1", "The bytes of an output are the command's, whatever was there.", vm =>
        {
            Struct first = vm.Do(VM_GET_TOPOLOGY, new Struct(8).Filled(0xFF));
            Struct second = vm.Do(VM_GET_TOPOLOGY, new Struct(8).Filled(0x55));
            Check.Bytes("the second answer", first.Bytes, second.Bytes);
        }, also: "VM_GET_TOPOLOGY"),
        OnVm("descriptor/closed-is-EBADF", "1", "Nothing can be done with a closed descriptor.",
            vm => vm.Host.Expect(EBADF, ClosedDescriptor(vm), VM_GET_TOPOLOGY, new Struct(8)), also: "VM_GET_TOPOLOGY"),
        OnVm("descriptor/open-for-nothing-is-EBADF", "1", "A file that is open neither for reading nor for writing takes no commands.", vm =>
        {
            int descriptor = vm.Host.Open("/dev/vmm/" + vm.Name, Access.None);
            vm.Host.Expect(EBADF, descriptor, VM_GET_TOPOLOGY, new Struct(8));
        }, also: "VM_GET_TOPOLOGY"),
        OnVm("descriptor/open-mode-does-not-matter", "2.7", "One that is open for reading issues every command.", vm =>
        {
            int descriptor = vm.Host.Open("/dev/vmm/" + vm.Name, Access.Read);
            vm.Host.Expect(0, descriptor, VM_SET_TOPOLOGY, Topology(1, 2, 1));
            vm.Host.Expect(0, descriptor, VM_ACTIVATE_CPU, Int(0));
        }, also: "VM_SET_TOPOLOGY VM_ACTIVATE_CPU"),
    ];

    private static int ClosedDescriptor(VmClient vm)
    {
        Check.Equal("closing a descriptor", 0, vm.Host.Scope.System.Close(vm.Descriptor));
        return vm.Descriptor;
    }
}
