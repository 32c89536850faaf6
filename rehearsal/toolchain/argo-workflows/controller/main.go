// Command controller runs Argo Workflows' controller against the API server of this machine.
//
// The shipped command listens on all addresses, for its health on a port that no flag names; the
// controller is the same.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	argo "github.com/argoproj/argo-workflows/v4"
	wfclientset "github.com/argoproj/argo-workflows/v4/pkg/client/clientset/versioned"
	"github.com/argoproj/argo-workflows/v4/util/logging"
	"github.com/argoproj/argo-workflows/v4/workflow/common"
	"github.com/argoproj/argo-workflows/v4/workflow/controller"
	"github.com/argoproj/argo-workflows/v4/workflow/metrics"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	address := flag.String("address", "", "where health and metrics are served")
	namespace := flag.String("namespace", "", "of the controller")
	managed := flag.String("managed-namespace", "", "of workflows; all where it is empty")
	configMap := flag.String("configmap", common.ConfigMapName, "with the controller's settings")
	executor := flag.String("executor-image", "", "of the containers init and wait")
	workers := flag.Int("workflow-workers", 32, "how many workflows are looked at at once")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log := logging.NewSlogLogger(logging.Info, logging.Text)
	ctx = logging.WithLogger(ctx, log)
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return err
	}
	// The rest is as in the shipped command, for a single instance.
	config = rest.AddUserAgent(config, fmt.Sprintf("argo-workflows/%s argo-controller", argo.GetVersion().Version))
	config.QPS, config.Burst = 20, 30
	metrics.AddMetricsTransportWrapper(ctx, config)
	workflows, err := controller.NewWorkflowController(
		ctx, config, kubernetes.NewForConfigOrDie(config), wfclientset.NewForConfigOrDie(config),
		*namespace, *managed, *executor, "", "text", *configMap, false,
	)
	if err != nil {
		return err
	}
	go workflows.Run(ctx, *workers, 4, 4, 8, 8)
	http.Handle("/healthz", controller.LogMiddleware(log, http.HandlerFunc(workflows.Healthz)))
	http.Handle("/metrics", promhttp.HandlerFor(prometheus.DefaultGatherer, promhttp.HandlerOpts{}))
	failed := make(chan error, 1)
	go func() { failed <- http.ListenAndServe(*address, nil) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return nil
	}
}
