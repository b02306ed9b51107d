using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Client;
using VmmEngine.Conformance.OpenBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.OpenBsd.Interface.Structs;
using static VmmEngine.Conformance.OpenBsd.OpenBsdCase;

namespace VmmEngine.Conformance.OpenBsd.Cases;

/// <summary>Section 2: command words, and what the system copies.</summary>
internal static class EncodingCases
{
    private const uint PredecessorsRun = 0xC020_5602;
    private const uint FreeBsdsCreate = 0xC128_5600;
    private const uint LinuxsTerminate = 0x4004_5604;
    private const uint DirectionBits = 0xE000_0000;
    private const uint InOut = 0xC000_0000;
    private const uint In = 0x8000_0000;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. OnHost("word/unknown-is-ENOTTY", "2", "A number that no command has is no command.", host =>
        {
            foreach (uint word in new uint[] { In | 0x0004_5600, InOut | 0x0018_560C, In | 0x0004_56FF, In | 0x0004_5704, FreeBsdsCreate, 0x2000_5603 })
            {
                host.ExpectWord(ENOTTY, host.Device, word, new Struct(4096));
            }
        }),
        .. OnHost("word/beyond-a-page-is-ENOTTY", "2", "Arguments have at most 4096 bytes.", host =>
            host.ExpectWord(ENOTTY, host.Device, InOut | (4097u << 16) | 0x5603, new Struct(8192))),
        .. OnHost("word/another-size-is-ENOTTY", "2", "The size is a part of the command: a client of another revision gets ENOTTY, not EINVAL.", host =>
        {
            foreach (Command command in host.Revision.Commands)
            {
                host.ExpectWord(ENOTTY, host.Device, command.Word + (1u << 16), new Struct(4096));
            }

            host.ExpectWord(ENOTTY, host.Device, PredecessorsRun, new Struct(32));
        }),
        .. OnHost("word/another-direction-is-ENOTTY", "2", "So is the direction; Linux's macros give other words for commands that take an argument.", host =>
        {
            foreach (Command command in host.Revision.Commands)
            {
                uint other = (command.Word & DirectionBits) == InOut ? In : InOut;
                host.ExpectWord(ENOTTY, host.Device, (command.Word & ~DirectionBits) | other, new Struct(4096));
            }

            host.ExpectWord(ENOTTY, host.Device, LinuxsTerminate, new Struct(4));
        }, new SystemSetup { Newer = true, Baseline = true }),
        .. Revision.All.Select(revision => OnHost(
            revision, "word/the-other-revisions-is-ENOTTY", "2", "A system of one revision does not know the words of the other.", host =>
        {
            foreach (Command command in revision.Other.Commands.Where(command => revision.Commands.All(own => own.Word != command.Word)))
            {
                host.ExpectWord(ENOTTY, host.Device, command.Word, new Struct(4096));
            }
        }, new SystemSetup { Baseline = !revision.IsNewer, Newer = revision.IsNewer })),
        .. Revision.All.Select(revision => OnHost(
            revision, "word/works-without-the-other-revision", "2", "A system of one revision has all of it.", host =>
        {
            Guest guest = host.CreateUsual();
            foreach (Command command in revision.Commands.Where(command => command != revision.Create && command != revision.Info && command != revision.Terminate))
            {
                host.ExpectWord(ENOENT, host.Device, command.Word, Vcpu(command, guest.Id + 1));
            }
        }, new SystemSetup { Baseline = !revision.IsNewer, Newer = revision.IsNewer })),
        OnVm(Revision.Baseline, "word/number-11-is-two-commands", "2", "Only the size tells them apart.", guest =>
        {
            guest.Do(guest.Revision.ShareMemory, Share(guest.Revision, guest.Id, []));
            guest.Expect(EINVAL, guest.Revision.ProtectMemory!, Protect(guest.Id, 0, 0, 0));
        }, also: "SHAREMEM MPROTECT_EPT"),
        .. OnHost("descriptor/open-for-nothing-is-EBADF", "2", "A descriptor that neither reads nor writes has no commands.", host =>
        {
            int descriptor = host.Open(VmmClient.Path, Access.None);
            foreach (Command command in host.Revision.Commands)
            {
                host.Expect(EBADF, descriptor, command, new Struct(command.Size));
            }
        }),
        .. OnHost("descriptor/closed-is-EBADF", "2", "Before anything else is looked at.", host =>
        {
            int descriptor = host.Open(VmmClient.Path);
            host.Scope.System.Close(descriptor);
            host.ExpectWord(EBADF, descriptor, host.Revision.Info.Word, BadPointer);
            host.ExpectWord(EBADF, descriptor, 0xFFFF_FFFF, new Struct(4096));
        }),
        .. Revision.All.SelectMany(revision => revision.Commands.Select(command => OnHost(
            revision, $"{command.Name[(revision.Name.Length + 1)..]}/unreadable-argument-is-EFAULT", "2", "The argument is copied before the device sees the command.", host =>
        {
            host.ExpectWord(EFAULT, host.Device, command.Word, 0);
            host.ExpectWord(EFAULT, host.Device, command.Word, BadPointer);
        }))),
        .. OnHost("argument/unreadable-is-EFAULT-before-ENOTTY", "2", "The system copies before it asks the device for the command.", host =>
            host.ExpectWord(EFAULT, host.Device, InOut | 0x0018_560C, BadPointer)),
        .. OnHost("argument/output-only-on-success", "2", "What a failing command wrote into its argument is lost.", host =>
        {
            Guest guest = host.CreateUsual();
            foreach (Command command in host.Revision.Commands.Where(command => command.Before.HasFlag(Before.FindVm)))
            {
                Struct argument = new Struct(command.Size).Filled(0xEE);
                host.Expect(ENOENT, command, argument);
                Check.That($"{command}'s argument", argument.Bytes.IndexOfAnyExcept((byte)0xEE) < 0, "as it was", "changed");
            }

            Struct creation = new Struct(host.Revision.Create.Size).Filled(0xEE);
            host.Expect(EINVAL, host.Revision.Create, creation);
            Check.That("the creation's argument", creation.Bytes.IndexOfAnyExcept((byte)0xEE) < 0, "as it was", "changed");
            Struct report = Info(ulong.MaxValue, BadPointer).U64(8, 77);
            host.Expect(EFAULT, host.Revision.Info, report);
            Check.Equal("vip_info_ct", 77UL, report.U64(8));
            Check.Equal("the VM's state", VmRecord.Stopped, guest.State);
        }, also: "CREATE INFO RUN READREGS READVMPARAMS"),
        .. OnVm("argument/input-only-is-not-written", "2", "Commands that only take something leave the client's struct alone.", guest =>
        {
            guest.LoadRealMode(0xF4);
            Revision revision = guest.Revision;
            Struct reset = Structs.Reset(guest.Id, out RegisterState state);
            state.SetRealMode().SetCr(RegisterState.Xcr0, 7).SetCr(RegisterState.Cr8, 5);
            Unchanged(guest, revision.ResetCpu, reset);
            Unchanged(guest, revision.Interrupt, Structs.Interrupt(guest.Id, 1));
            Unchanged(guest, revision.WriteRegisters, Registers(guest.Id, 0, out _));
            Unchanged(guest, revision.WriteParameters, Parameters(guest.Id, 3, 0x4001, 8));
            if (!revision.IsNewer)
            {
                Unchanged(guest, revision.ShareMemory, Share(revision, guest.Id, []));
                Unchanged(guest, revision.ProtectMemory!, Protect(guest.Id, 0x2000, 4096, 7));
            }

            Unchanged(guest, revision.Terminate, Structs.Terminate(guest.Id));
        }, also: "RESETCPU INTR WRITEREGS WRITEVMPARAMS SHAREMEM TERM"),
    ];

    private static void Unchanged(Guest guest, Command command, Struct argument)
    {
        byte[] before = argument.Snapshot();
        guest.Do(command, argument);
        Check.Bytes($"{command}'s argument", before, argument.Bytes);
    }
}
