namespace VmmEngine.Generators.Tests.Infrastructure;

/// <summary>A small world for tables under test: a call, a target, errors, structs with and without ids, and handlers.</summary>
public static class TestWorld
{
    public const string Path = "/tables/test/vm.ioctls";

    /// <summary>Ends with a section line, so that rows can follow; they begin on line 17.</summary>
    public const string Header = """
        table       Test
        device      /dev/test
        encoding    bsd
        group       'v'
        namespace   World
        class       TestCommands
        handlers    TestHandlers
        call        World.TestCall
        errors      World.Errno
        arguments   World.Arguments
        ids         vcpu
        vcpus       create eject
        no-vcpu     EINVAL
        order       vm-list memory-map vcpus
        release     memory-map vcpus vm-list
        section test

        """;

    /// <summary>The line of the first row behind <see cref="Header"/>, from 0.</summary>
    public const int FirstRow = 16;

    public const string Types = """
        #pragma warning disable CS1591, CS0649 // the world under test needs neither documentation nor values
        namespace World
        {
            using VmmEngine;
            using VmmEngine.Locks;

            public static class Errno
            {
                public const int ENOTTY = 25;
                public const int EFAULT = 14;
                public const int ENOSYS = 78;
                public const int EINVAL = 22;
                public const int ENOENT = 2;
            }

            public readonly unsafe struct TestCall(VmLocks* locks, CallerLine* line)
            {
                public ref VmLocks Locks => ref *locks;
                public ref CallerLine Line => ref *line;
                public int CheckPrivilege(Privilege privilege) => (int)privilege;
                public bool IsEnabled(Option option) => option == Option.None;
            }

            public readonly unsafe struct HostCall(HostLocks* locks, CallerLine* line)
            {
                public ref HostLocks Locks => ref *locks;
                public ref CallerLine Line => ref *line;
                public int FindVm(uint id, out TestTarget target) { target = default; return (int)id; }
            }

            public readonly unsafe struct TestTarget(VmLocks* locks, CallerLine* line)
            {
                public ref VmLocks Locks => ref *locks;
                public ref CallerLine Line => ref *line;
                public void Release() { }
            }

            public readonly struct BareCall;
        }

        namespace World.Arguments
        {
            public struct vm_register { public int cpuid; public int regnum; public ulong regval; }
            public struct vm_activate_cpu { public int vcpuid; }
            public unsafe struct vm_memseg { public int segid; public ulong len; public fixed byte name[64]; }
            public struct vm_topology { public ushort sockets; public ushort cores; public ushort threads; public ushort maxcpus; }
            public struct vm_run_params { public uint vrp_vm_id; public uint vrp_vcpu_id; public ulong exit; }
            public struct vm_terminate_params { public uint vtp_vm_id; }
            public unsafe struct vm_huge { public fixed byte bytes[8192]; }
            public struct vm_six { public ushort one; public ushort two; public ushort three; }
            public unsafe struct vm_ten { public fixed ushort words[5]; }
            public struct vm_managed { public int id; public string name; }
        }

        """;

    public const string Source = Types + """
        namespace World
        {
            public partial struct TestHandlers;
        }
        """;

    /// <summary>A table of rows that are all marked not-yet, so that no handler is needed.</summary>
    public static string Table(params string[] rows) => Header + string.Join("\n", rows) + "\n";

    /// <summary>The world with handlers of the given bodies.</summary>
    public static string WithHandlers(string members) => Types + $$"""
        namespace World
        {
            using VmmEngine.Locks;
            using World.Arguments;

            public unsafe partial struct TestHandlers
            {
        {{members}}
            }
        }
        """;
}
