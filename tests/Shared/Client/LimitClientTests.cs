using System.Reflection;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using VmmEngine.Tables;
using Xunit;

namespace VmmEngine.Tests.Client;

/// <summary>
/// Every field of every argument at its limits and beyond, and at random, through the device of a VM with a real back end: each answer is a documented one,
/// nothing throws, and the guest still runs. Then the same from several threads, raced by suspend, reset and destruction.
/// </summary>
public abstract unsafe class LimitClientTests
{
    private const int RandomRounds = 120;
    private const int LargestArgument = 8192;
    private const int RaceRounds = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly ulong[] Values =
    [
        0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 15, 16, 31, 32, 48, 49, 63, 64, 127, 128, 255, 256, 4095, 4096, 4097, 0x8000, 0xFFFF, 0x1_0000, 0xF_FFFF, 0x10_0000,
        0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000, 0x7FFF_FFFF_F000, 0x7FFF_FFFF_FFFF, 0x8000_0000_0000, 0xFEE0_0000, 0xFEC0_0000, 0xFED0_0000,
        0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0xFFFF_FFFF_FFFF_F000, 0xFFFF_FFFF_FFFF_FFFE, ulong.MaxValue,
    ];

    private static readonly int[] Documented =
    [
        0, Errno.EPERM, Errno.ENOENT, Errno.ENXIO, Errno.ENOMEM, Errno.EFAULT, Errno.EBUSY, Errno.EEXIST, Errno.EINVAL, Errno.ENOSPC, Errno.ERANGE, Errno.EALREADY,
        Errno.ENAMETOOLONG,
    ];

    // Running has a thread of its own, and a suspend would end the guest that is to show it still runs.
    private static readonly CommandRow[] Rows =
        [.. VmCommandTable.Rows.Where(row => row.Value is not null && row.Name is not ("VM_RUN" or "VM_RUN_13" or "VM_SUSPEND" or "VM_SUSPEND_CPU"))];

    protected abstract BackendFactory Factory { get; }

    [BackendFact]
    public void EveryFieldAtEveryLimitIsAnswered()
    {
        foreach (CommandRow row in Rows)
        {
            using ClientGuest guest = Guest();
            byte[] argument = new byte[LargestArgument];
            foreach (Field field in FieldsOf(row))
            {
                foreach (ulong value in field.IsPointer ? Values.Where(LeadsNowhere) : Values)
                {
                    Array.Clear(argument);
                    field.Write(argument, value);
                    Answer(guest.Vm, row, argument);
                }
            }

            StillRuns(guest);
        }
    }

    [BackendFact]
    public void RandomArgumentsAreAnswered()
    {
        Random random = new(11);
        foreach (CommandRow row in Rows)
        {
            using ClientGuest guest = Guest();
            byte[] argument = new byte[LargestArgument];
            for (int round = 0; round < RandomRounds; round++)
            {
                Fill(argument, row, random);
                Answer(guest.Vm, row, argument);
            }

            StillRuns(guest);
        }
    }

    [BackendFact]
    public void EveryCommandMayBeRacedBySuspendResetAndDestruction()
    {
        for (int round = 0; round < RaceRounds; round++)
        {
            ClientGuest guest = new(Options, 0x40, 0xE7, 0x10, 0xEB, 0xFB); // inc ax; out 10h,ax; jmp back
            guest.Check(VmCommandWords.VM_ACTIVATE_CPU, 1);
            int seed = round * 10;
            Exception? failure = null;
            Thread[] threads =
            [
                Start(() => RunUntilGone(guest.Vm, 0)),
                Start(() => RunUntilGone(guest.Vm, 1)),
                Start(() => CommandUntilGone(guest.Vm, seed + 1)),
                Start(() => CommandUntilGone(guest.OpenRelaxed(), seed + 2)),
                Start(() => SuspendAndReset(guest.Vm)),
            ];
            Thread.Sleep(new Random(seed).Next(30)); // so that the destruction comes at another moment each time
            guest.Dispose();
            foreach (Thread thread in threads)
            {
                Assert.True(thread.Join(Patience), "a thread hangs");
            }

            Assert.Null(failure);
            Assert.Equal(0, guest.VmCount);

            Thread Start(Action body)
            {
                Thread thread = new(() =>
                {
                    try
                    {
                        body();
                    }
                    catch (Exception exception)
                    {
                        Volatile.Write(ref failure, exception);
                    }
                });
                thread.Start();
                return thread;
            }
        }
    }

    private FreeBsdHostOptions Options => new() { MaxCpu = 4, BackendFactory = Factory, Enabled = (Option)(-1) };

    private ClientGuest Guest()
    {
        ClientGuest guest = new(Options, 0xE6, 0x10, 0xEB, 0xFC); // out 10h,al; jmp back
        guest.Get(vm_reg_name.VM_REG_GUEST_RIP);
        return guest;
    }

    private static void Answer(VmHandle vm, CommandRow row, byte[] argument)
    {
        fixed (byte* bytes = argument)
        {
            int error = vm.Ioctl(row.Value!.Value, bytes);
            Assert.True(Documented.Contains(error) || (error == Errno.ENOSYS && row.NotYet), $"{row.Name} answers {error}");
        }
    }

    // Whatever the commands have done to it, a reset brings the guest back.
    private static void StillRuns(ClientGuest guest)
    {
        _ = guest.Command(VmCommandWords.VM_SUSPEND, new vm_suspend { how = vm_suspend_how.VM_SUSPEND_RESET });
        Thread[] others = [.. Enumerable.Range(1, 3).Select(id =>
        {
            Thread thread = new(() => RunToSuspend(guest.Vm, id));
            thread.Start();
            return thread;
        })];
        RunToSuspend(guest.Vm, 0);
        foreach (Thread thread in others)
        {
            Assert.True(thread.Join(Patience), "a vCPU hangs");
        }

        Assert.Equal(0, guest.Command(VmCommandWords.VM_REINIT, 0));
        vm_memmap mapping = default;
        while (guest.Command(VmCommandWords.VM_MMAP_GETNEXT, ref mapping) == 0)
        {
            guest.Check(VmCommandWords.VM_MUNMAP_MEMSEG, new vm_munmap { gpa = mapping.gpa, len = mapping.len });
            mapping = default;
        }

        guest.Check(VmCommandWords.VM_MMAP_MEMSEG, new vm_memmap { len = ClientGuest.MemorySize, prot = vm_memory.VM_PROT_ALL });
        Assert.Equal(0, guest.Vm.Write((long)ClientGuest.Start, [0xE6, 0x10, 0xEB, 0xFC]));
        guest.Begin();
        Assert.Equal(0x10, guest.Run().u.inout.port);
    }

    private static void RunToSuspend(VmHandle vm, int id)
    {
        vm_exit exit;
        vm_run run = new() { cpuid = id, vm_exit = &exit };
        int error;
        do
        {
            error = vm.Ioctl(VmCommandWords.VM_RUN, &run);
        }
        while (error == 0 && exit.exitcode != vm_exitcode.VM_EXITCODE_SUSPENDED);
    }

    private static void RunUntilGone(VmHandle vm, int id)
    {
        vm_exit exit;
        vm_run run = new() { cpuid = id, vm_exit = &exit };
        int error;
        while ((error = vm.Ioctl(VmCommandWords.VM_RUN, &run)) is not (Errno.ENXIO or Errno.EBADF))
        {
            Assert.Contains(error, new[] { 0, Errno.EINVAL, Errno.EFAULT });
        }
    }

    private static void CommandUntilGone(VmHandle vm, int seed)
    {
        Random random = new(seed);
        byte[] argument = new byte[LargestArgument];
        fixed (byte* bytes = argument)
        {
            int error;
            do
            {
                CommandRow row = Rows[random.Next(Rows.Length)];
                Fill(argument, row, random);
                error = vm.Ioctl(row.Value!.Value, bytes);
                Assert.True(Documented.Contains(error) || error == Errno.EBADF || (error == Errno.ENOSYS && row.NotYet), $"{row.Name} answers {error}");
            }
            while (!IsGone(vm));
        }
    }

    private static void SuspendAndReset(VmHandle vm)
    {
        vm_suspend suspend = new() { how = vm_suspend_how.VM_SUSPEND_RESET };
        while (!IsGone(vm))
        {
            Assert.Contains(vm.Ioctl(VmCommandWords.VM_SUSPEND, &suspend), new[] { 0, Errno.EALREADY, Errno.ENXIO, Errno.EBADF });
            int error = vm.Ioctl(VmCommandWords.VM_REINIT, null);
            Assert.Contains(error, new[] { 0, Errno.EBUSY, Errno.ENXIO, Errno.EBADF });
            for (int id = 0; error == 0 && id < 2; id++)
            {
                vm.Ioctl(VmCommandWords.VM_ACTIVATE_CPU, &id);
            }
        }
    }

    private static bool IsGone(VmHandle vm)
    {
        vm_cpu_topology topology;
        return vm.Ioctl(VmCommandWords.VM_GET_TOPOLOGY, &topology) is Errno.ENXIO or Errno.EBADF;
    }

    private static void Fill(byte[] argument, CommandRow row, Random random)
    {
        Array.Clear(argument);
        foreach (Field field in FieldsOf(row))
        {
            ulong value = random.Next(3) == 0 ? (ulong)random.NextInt64(long.MinValue, long.MaxValue) : Values[random.Next(Values.Length)];
            if (field.IsPointer)
            {
                value = Values.Where(LeadsNowhere).ElementAt(random.Next(Values.Count(LeadsNowhere)));
            }
            else if (field.Offset == 0 && random.Next(2) == 0)
            {
                value = (ulong)random.Next(2); // a vCPU that there is
            }

            field.Write(argument, value);
        }
    }

    // Never memory of this process: the first page, the end of the lower half, the upper half, or no address at all.
    private static bool LeadsNowhere(ulong address) => address < 4096 || address >= 0x7FFF_FFFF_F000;

    private static List<Field> FieldsOf(CommandRow row)
    {
        List<Field> fields = [];
        if (row.Argument is "int")
        {
            fields.Add(new Field(0, sizeof(int), IsPointer: false));
        }
        else if (typeof(vm_run).Assembly.GetType($"VmmEngine.Abi.FreeBsd.{row.Argument}") is { } type)
        {
            Collect(type, 0, fields);
        }

        return fields;
    }

    private static void Collect(Type type, int start, List<Field> fields)
    {
        foreach (FieldInfo field in type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))
        {
            int offset = start + (int)System.Runtime.InteropServices.Marshal.OffsetOf(type, field.Name);
            if (field.FieldType.IsPointer)
            {
                fields.Add(new Field(offset, sizeof(ulong), IsPointer: true));
            }
            else if (field.FieldType.IsPrimitive)
            {
                fields.Add(new Field(offset, System.Runtime.InteropServices.Marshal.SizeOf(field.FieldType), IsPointer: false));
            }
            else
            {
                Collect(field.FieldType, offset, fields);
            }
        }
    }

    private readonly record struct Field(int Offset, int Size, bool IsPointer)
    {
        public void Write(byte[] argument, ulong value) => BitConverter.GetBytes(value).AsSpan(0, Size).CopyTo(argument.AsSpan(Offset));
    }
}
