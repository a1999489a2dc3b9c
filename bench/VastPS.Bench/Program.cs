using VastPS.Bench;

return (args.FirstOrDefault(), args.Length) switch
{
    ("accuracy", 1) => AccuracyReport.Write(Console.Out, Path.Combine("..", "shared", "data", "estimates-measured.csv")),
    ("accuracy", 2) => AccuracyReport.Write(Console.Out, args[1]),
    ("speed", 1) => SpeedReport.Write(Console.Out),
    ("ssh", 1) => SshReport.Write(Console.Out),
    ("copy", 1) => CopyReport.Write(Console.Out),
    ("state", 1) => StateReport.Write(Console.Out),
    (StateReport.FirstVerb, 2) => StateReport.WriteFirst(Console.Out, args[1]),
    ("logs", 1) => LogReport.Write(Console.Out),
    ("watch", 1) => WatchReport.Write(Console.Out, days: 30),
    ("watch", 2) when int.TryParse(args[1], out int days) && days >= 3 => WatchReport.Write(Console.Out, days),
    ("longlog", 1) => LongLogReport.Write(Console.Out),
    ("far", 1) => FarReport.Write(Console.Out),
    (FarReport.Verb, 2) => FarReport.WriteFrom(Console.Out, args[1]),
    (LocalVast.Verb, 1) => LocalVast.Serve(Console.In, Console.Out),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("bench accuracy [FILE.csv]   how well the measured runs of a file are estimated");
    Console.Error.WriteLine("bench speed                 10,000 offers through Test-VastRunFit and Measure-VastRun");
    Console.Error.WriteLine("bench ssh                   commands on boxes beside the system's ssh, and how soon a stop is back");
    Console.Error.WriteLine("bench copy                  files to and from a box beside scp");
    Console.Error.WriteLine("bench state                 commands with 100 and with 100,000 lines in each file of the state folder");
    Console.Error.WriteLine("bench logs                  100 MB logs beside StreamReader.ReadLine, endless lines, a million of any kind");
    Console.Error.WriteLine("bench watch [DAYS]          1,000 runs watched for a simulated month: requests, memory, processor");
    Console.Error.WriteLine("bench longlog               the outcome of a run that wrote a log of 5 GB, and what its watcher takes");
    Console.Error.WriteLine("bench far                   the same on a box that is 100 ms away; root on Linux");
    return 2;
}
